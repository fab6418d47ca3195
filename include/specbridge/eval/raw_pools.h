#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace specbridge {

/// A pools file as it is written, before any chemistry: every distinct text once.
struct RawPools {
  struct Pool {
    std::uint32_t truth = 0;                ///< position in `texts`
    std::vector<std::uint32_t> candidates;  ///< positions in `texts`
  };
  std::vector<std::string> texts;
  std::vector<Pool> pools;  ///< in the order of the file
};

/// Reads { "truth SMILES": ["candidate SMILES", ...] } without building a tree of it.
/// @throws InputError when the file is missing, damaged or not of this form
RawPools read_raw_pools(const std::filesystem::path& path);

}  // namespace specbridge
