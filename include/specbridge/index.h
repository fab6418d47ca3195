#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"

namespace specbridge {

/// What `specbridge index` is asked for. Exactly one of encoder and model is given.
struct IndexConfig {
  std::vector<std::filesystem::path> molecules;
  std::optional<std::filesystem::path> encoder;  ///< molecule-encoder directory
  std::optional<std::filesystem::path> model;    ///< model directory: its own molecule encoder
  std::filesystem::path out;
  std::string faiss = "Flat";
  std::vector<std::string> keep = {};  ///< columns of the molecule lists that hits show
  Existing existing = Existing::refuse;
};

/// What came of it: read = rows + duplicates + rejected.
struct IndexReport {
  std::size_t read = 0, rows = 0, duplicates = 0, rejected = 0;
  std::map<std::string, std::size_t> reasons;    ///< of the rejected
  std::map<std::string, std::size_t> kept = {};  ///< molecules with a value, by column kept
};

/// The counts as JSON text.
std::string to_json(const IndexReport& report);

/// Builds a library directory. Memory: about 64 bytes a molecule, the FAISS index, and a fixed
/// rest.
/// @throws UsageError, InputError, ArtifactError, OutputError
IndexReport run_index(const IndexConfig& config, const RunContext& context);

}  // namespace specbridge
