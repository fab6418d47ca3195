#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pipeline/rows/answered_query.h"
#include "ranking/hits_table.h"
#include "specbridge/hits_format.h"
#include "specbridge/search_report.h"
#include "store/output_table.h"

namespace specbridge {

/// Writes the answers of a search in one format: a query after the other, in their order.
class AnswerWriter {
 public:
  virtual ~AnswerWriter() = default;
  /// @throws OutputError
  virtual void add(const AnsweredQuery& query) = 0;
  /// What stands behind the last query. @param files what came from each of the spectra's
  /// @throws OutputError
  virtual void finish(std::span<const SpectraFileCount> files) = 0;
};

/// What a file of hits says of the search as a whole, where its format has room for it.
struct SearchFacts {
  std::string title;                         ///< the name of the output without folders and ending
  std::vector<std::filesystem::path> files;  ///< the spectra
  std::filesystem::path database;            ///< library or candidates
  std::string database_prefix;               ///< what its ids are marked with
  std::string database_version;              ///< empty: not known
  std::vector<std::string> settings;         ///< "k = 10"
  std::string ranked_by;                     ///< "cosine" ...
};

/// A writer of a format. @param table must outlive it
std::unique_ptr<AnswerWriter> make_answer_writer(HitsFormat format, const HitsLayout& layout,
                                                 const SearchFacts& facts, OutputTable& table);

}  // namespace specbridge
