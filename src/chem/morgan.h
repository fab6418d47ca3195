#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "chem/molecule.h"

namespace RDKit {
class ROMol;
}  // namespace RDKit

namespace specbridge {

/// One circular atom environment and how often it occurs.
struct EnvironmentCount {
  std::uint32_t id = 0;
  std::uint32_t count = 0;
};

/// Unfolded Morgan environments (RDKit's unhashed count fingerprint, default invariants, no
/// chirality) up to `radius` bonds, by ascending id. Source: Rogers and Hahn,
/// "Extended-Connectivity Fingerprints", 2010, as RDKit implements it.
std::vector<EnvironmentCount> morgan_environments(const Molecule& molecule, unsigned radius);

/// The same of a sanitised graph.
std::vector<EnvironmentCount> morgan_environments(const RDKit::ROMol& mol, unsigned radius);

/// The bits that are on in a folded fingerprint, ascending.
using FingerprintBits = std::vector<std::uint16_t>;

/// The Morgan fingerprint of the field's evaluations: environments of up to two bonds, without
/// counts and chirality, folded (RDKit's bit vector).
/// @param length of the fingerprint, at most 65,536
FingerprintBits morgan_bits(const Molecule& molecule, std::uint32_t length = 4096);

/// Bits on in both over bits on in either, in [0, 1]; 1 for two empty fingerprints.
double tanimoto(const FingerprintBits& a, const FingerprintBits& b);

}  // namespace specbridge
