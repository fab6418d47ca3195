#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "pipeline/explain/explained_answer.h"
#include "pipeline/explain/listed_queries.h"

namespace specbridge {

/// What a page shows of a query once it is chosen, by the names that hits_data.js reads,
/// as JSON texts. Of its peaks, by m/z: "mz", "intensity" (share of the largest), "use". Of its
/// answers, by rank, one element each: "cells" of the row, empty where they are not shown; "atoms",
/// "labels", "bonds" of the structure; "message", "explained" [peaks, of peaks, intensity], and of
/// the explained peaks "place" among the peaks, "ion", "fragment" (atoms), "cut" (bonds), "ppm",
/// "adds" (to the score). Numbers have the digits that are shown.
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

/// @param columns names of the cells
/// @param model nullptr: contributions are those to the fixed score. Thread-safe.
QueryParts query_parts(const ListedQuery& query, const std::vector<std::string>& columns,
                       const FragmentModel* model);

}  // namespace specbridge
