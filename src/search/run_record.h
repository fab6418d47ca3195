#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "search/candidate_source.h"
#include "search/query.h"
#include "specbridge/search.h"
#include "store/file.h"

namespace specbridge {

/// Whether a status is the fault of the record, so that it counts as an error, and not of the
/// library or the pools.
bool is_unusable(std::string_view status);

/// Where the record of a run goes: `<hits>.run.json`, unless another name is given; nothing for
/// hits on standard output.
std::optional<std::filesystem::path> run_json_path(const SearchConfig& config);

/// Counts what became of every record of a search, lists those that cannot be used, and ends the
/// run when they are too many.
class Accounting {
 public:
  /// Makes sure that what is to be written can be. @throws OutputError
  explicit Accounting(const SearchConfig& config);

  /// @throws InputError when the record is one too many
  void take(const Query& query, const RankedList& list);
  /// The counts, once every record was taken.
  SearchReport finish(const QueryStream& stream);
  /// Publishes the table of rejects and the record of the run. @throws OutputError
  void publish(const SearchReport& report, const Bridge& bridge, const Library* library,
               const RunContext& context);

 private:
  void reject(const Query& query, const RankedList& list);

  const SearchConfig& config_;
  SearchReport report_;
  std::optional<StagedFile> rejects_;
  std::optional<std::filesystem::path> run_json_;
};

}  // namespace specbridge
