#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/json.h"
#include "pipeline/page/query_parts.h"
#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "store/staging.h"

namespace specbridge {

/// The page of a search while it is written. What is shown of a query only once it is chosen lies
/// in compressed blocks, so that a page of ten thousand queries opens at once; memory grows with
/// the list alone.
class HitsPage {
 public:
  /// @throws OutputError, as the others do
  HitsPage(const std::filesystem::path& out, Existing existing, const RunContext& context);
  /// @param entry of the list: an object of the same keys for all queries
  /// @param parts the same ones for all queries
  void add(const Json& entry, const QueryParts& parts);
  /// @param run facts of the search, shown at the end of the page
  /// @return the bytes of the page
  std::size_t finish(const Json& run);

 private:
  void write(std::string_view text);
  void write_block();

  StagedFile file_;
  std::string rest_;  ///< of the page, behind the blocks
  PartsBlock block_;  ///< what waits for it to be full
  std::size_t bytes_ = 0;
  Json list_ = Json::array();
};

}  // namespace specbridge
