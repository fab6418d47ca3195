#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

#include "base/json.h"
#include "search/query_stream.h"
#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/search_report.h"
#include "specbridge/searcher.h"
#include "store/staging.h"

namespace specbridge {

/// Where the record of a run goes, and when it ends early.
struct RunRecordSettings {
  std::optional<std::filesystem::path> run_json;  ///< absent: it is not written
  std::optional<std::filesystem::path> rejects;   ///< table of the records that cannot be used
  std::optional<std::size_t> max_errors;          ///< how many may be unusable; absent: all
  Existing existing_rejects = Existing::refuse;
  Existing existing_record = Existing::refuse;
};

/// Counts what became of every record of a search, lists those that cannot be used, and ends the
/// run when they are too many.
class RunRecord {
 public:
  /// Begins the table of rejects. @throws OutputError
  explicit RunRecord(RunRecordSettings settings, const RunContext& context = {});

  /// @throws InputError when the record is one too many
  void count(const Query& query, const RankedList& list);
  /// The counts, once every record was counted.
  SearchReport finish(const QueryStream& stream);
  /// Publishes the table of rejects and the record of the run: counts, files, and `facts` about the
  /// run itself. @throws OutputError
  void publish(const SearchReport& report, const Json& facts);

 private:
  void reject(const Query& query, const RankedList& list);

  RunRecordSettings settings_;
  SearchReport report_;
  std::optional<StagedFile> rejects_;
};

/// How candidates were chosen, for the record of the run.
Json to_json(const SearchSources& sources, std::size_t k);
/// What the decoder was asked for.
Json to_json(const GenerationSources& asked);

}  // namespace specbridge
