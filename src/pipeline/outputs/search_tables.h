#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/rows/answer_writer.h"
#include "pipeline/rows/mzmine_writer.h"
#include "specbridge/context.h"
#include "specbridge/search.h"
#include "store/output_table.h"

namespace specbridge {

/// The files that the answers of a search go to.
class SearchTables {
 public:
  /// @throws OutputError, Interrupted while it waits for the reader of a pipe
  SearchTables(const SearchConfig& config, const RunContext& context);
  /// Who writes them; must not outlive the object.
  std::vector<std::unique_ptr<AnswerWriter>> writers(const HitsLayout& layout,
                                                     const SearchFacts& facts);
  /// Queries without FEATURE_ID whose answers MZmine is not told, once the writers are done.
  std::size_t without_feature() const { return without_feature_ ? *without_feature_ : 0; }
  /// Rows that are on standard output for good; each is a query where a line holds one.
  std::size_t printed() const noexcept;
  /// All but the renaming. @throws OutputError
  void seal();
  /// The hits appear last. @throws OutputError
  void finish();

 private:
  HitsFormat format_;
  OutputTable hits_;
  std::optional<OutputTable> mzmine_;
  std::shared_ptr<std::size_t> without_feature_;
};

}  // namespace specbridge
