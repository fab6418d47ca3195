#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "pipeline/rows/answer_writer.h"
#include "search/search_parts.h"
#include "specbridge/existing.h"
#include "specbridge/hits_format.h"
#include "specbridge/search.h"

namespace specbridge {

/// Where the record of the run goes: `<hits>.run.json`, unless another name is given; nothing for
/// hits on standard output, a device or a pipe.
std::optional<std::filesystem::path> run_json_path(const SearchConfig& config);
/// A record without its hits is half of a run that was killed while it published them.
Existing existing_record(const SearchConfig& config, const std::filesystem::path& record);

/// Checks all outputs of a search before any work. @throws UsageError, OutputError
void claim_search_outputs(const SearchConfig& config, std::vector<std::filesystem::path> inputs,
                          const RunContext& context);

/// What run.json says beside counts and files.
Json record_of_search(const SearchConfig& config, const SearchParts& parts,
                      const RunContext& context);
/// What hits say of their search. @param files of spectra @param record of record_of_search()
SearchFacts facts_of_search(const SearchConfig& config, const SearchParts& parts,
                            const std::vector<std::filesystem::path>& files, const Json& record);

/// The columns of the library that hits are to show, by number; all of them where none is named.
/// @throws UsageError for one that the library does not have
std::vector<std::size_t> kept_columns(const SearchConfig& config,
                                      const std::vector<std::string>& present);

}  // namespace specbridge
