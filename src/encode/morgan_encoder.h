#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <unordered_map>
#include <vector>

#include "chem/molecule.h"
#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "store/staging.h"

namespace specbridge {

/// What an encoder that this program made lies in.
inline const DirectoryKind kMoleculeEncoder = {"molecule-encoder"};

/// Counts in how many molecules each Morgan environment occurs: what the idf weights come from.
class MorganStatistics {
 public:
  explicit MorganStatistics(unsigned radius = 2) : radius_(radius) {}
  void add(const Molecule& molecule);
  unsigned radius() const noexcept { return radius_; }
  std::size_t molecules() const noexcept { return molecules_; }
  const std::unordered_map<std::uint32_t, std::uint32_t>& frequencies() const { return frequency_; }

 private:
  unsigned radius_;
  std::size_t molecules_ = 0;
  std::unordered_map<std::uint32_t, std::uint32_t> frequency_;
};

/// Writes a `morgan` encoder directory: log1p(count) x ln((1+N)/(1+max(df,1))) summed with sign
/// into `dim` slots, slot and sign from xxHash64 of the environment's id (little-endian, 4 bytes):
/// slot = (hash >> 1) mod dim, sign = lowest bit; then unit length.
/// @param golden molecules whose vectors are stored as the self-test
void write_morgan_encoder(const std::filesystem::path& dir, const MorganStatistics& statistics,
                          std::size_t dim, std::span<const Molecule> golden, Existing existing,
                          const RunContext& context);

}  // namespace specbridge
