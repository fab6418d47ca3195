#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"

namespace specbridge {

/// What `specbridge merge` and `specbridge compact` are asked for.
struct MergeConfig {
  std::vector<std::filesystem::path> libraries;
  std::filesystem::path out;
  Existing existing = Existing::refuse;
  bool resume = false;  ///< go on with what an interrupted run left
};

/// What came of it.
struct MergeReport {
  std::size_t rows = 0;
  std::size_t duplicates = 0;  ///< molecules that several libraries had
  std::size_t removed = 0;     ///< rows that counted as gone
};

/// The counts as JSON text.
std::string to_json(const MergeReport& report);

/// Makes one library of several: molecules in one order over all shards, each once, with the labels
/// that the first library has; vectors are copied, not made again. Parts of one index run
/// (IndexConfig::part), all of them, give the library of a single run, byte for byte. One library
/// alone is made compact: rows that count as gone go, added shards are sorted in.
/// @throws UsageError, ArtifactError, OutputError
MergeReport run_merge(const MergeConfig& config, const RunContext& context);

}  // namespace specbridge
