#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "pipeline/explain/explained_answer.h"
#include "pipeline/explain/listed_queries.h"
#include "pipeline/explain/named_spectra.h"

namespace specbridge {

/// What a page shows of a query once it is chosen, by the names that hits_data.js reads,
/// as JSON texts. Of its peaks, by m/z: "mz", "intensity" (share of the largest), "use". Of its
/// answers, by rank, one element each: "cells" of the row, empty where they are not shown; "atoms",
/// "labels", "bonds" of the structure; "message", "explained" [peaks, of peaks, intensity], and of
/// the explained peaks "place" among the peaks, "ion", "fragment" (atoms), "cut" (bonds), "ppm",
/// "adds" (to the score); of the library spectrum that an answer rests on, where it is at hand,
/// "beside" (its name, else empty), "beside_mz", "beside_intensity", and "beside_in_query" with
/// "in_beside", which of its peaks and of the query's the other has (0, 1, 2: PeakInOther). Numbers
/// have the digits that are shown.
using QueryParts = std::map<std::string, std::string>;

/// Parts of several queries, part by part: like beside like packs a third better than query by
/// query.
class PartsBlock {
 public:
  void add(const QueryParts& parts);
  std::size_t size() const noexcept { return size_; }  ///< queries
  /// A JSON object: each part a list with an element a query; empty without any.
  std::string text() const;

 private:
  QueryParts lists_;
  std::size_t size_ = 0;
};

/// What answers are shown with. It is but looked at.
struct AnswerView {
  const std::vector<std::string>& columns;  ///< names of the cells of rows
  const FragmentModel* model = nullptr;     ///< nullptr: contributions are to the fixed score
  const NamedSpectra* library = nullptr;    ///< nullptr: no library spectrum is shown
};

/// Thread-safe.
QueryParts query_parts(const ListedQuery& listed, const AnswerView& view);

}  // namespace specbridge
