#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "specbridge/chem/molecule.h"

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

}  // namespace specbridge
