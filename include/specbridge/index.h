#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/row_type.h"

namespace specbridge {

/// One of several runs that share a list of molecules.
struct IndexPart {
  std::size_t number = 1;  ///< 1-based
  std::size_t of = 1;
};

/// What `specbridge index` is asked for. Exactly one of encoder and model is given.
struct IndexConfig {
  std::vector<std::filesystem::path> molecules;
  std::optional<std::filesystem::path> encoder;  ///< molecule-encoder directory
  std::optional<std::filesystem::path> model;    ///< model directory: its own molecule encoder
  std::filesystem::path out;
  std::string faiss = "auto";  ///< "auto": signs of the vectors; or a FAISS factory string
  /// How vectors are kept; nothing: float32, from a million rows of lists on float16.
  std::optional<RowType> rows = {};
  std::vector<std::string> keep = {};  ///< columns of the molecule lists that hits show
  Existing existing = Existing::refuse;
  /// Molecules in one shard at most: a run that was interrupted goes on behind the last whole one.
  std::size_t shard_rows = std::size_t{1} << 20;
  bool resume = false;                                 ///< go on with what an interrupted run left
  std::optional<IndexPart> part = {};                  ///< nothing: the whole lists
  std::optional<std::filesystem::path> added_to = {};  ///< library whose molecules come along
};

/// What came of it: read = rows + duplicates + rejected.
struct IndexReport {
  std::size_t read = 0, rows = 0, duplicates = 0, rejected = 0;
  std::map<std::string, std::size_t> reasons;    ///< of the rejected
  std::map<std::string, std::size_t> kept = {};  ///< molecules with a value, by column kept
};

/// The counts as JSON text.
std::string to_json(const IndexReport& report);

/// Builds a library directory. The work lies in `OUT.building` until it is done: where the run ends
/// early, another one with `resume` goes on with it, and the library has the same bytes as if the
/// run had not been interrupted. Memory does not grow with the number of molecules, apart from the
/// FAISS index of one shard.
/// @throws UsageError, InputError, ArtifactError, OutputError
IndexReport run_index(const IndexConfig& config, const RunContext& context);

}  // namespace specbridge
