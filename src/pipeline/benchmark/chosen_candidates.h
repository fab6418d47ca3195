#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "chem/molecule.h"
#include "library/molecule_library.h"
#include "specbridge/make_pools.h"

namespace specbridge {

/// How candidates are chosen; see PoolsConfig.
struct CandidateRules {
  PoolBy by = PoolBy::formula;
  Tolerance tolerance;
  std::optional<std::size_t> most, isomers;
  std::uint64_t seed = 1;
};

/// The candidates beside a truth.
struct ChosenCandidates {
  std::vector<std::size_t> rows;  ///< of the library; each another structure, none the truth
  bool truth_in_library = false;
  bool cut = false;  ///< there were more
};

/// Chooses them. Where some are drawn, the seed and the structures decide, not how rows are
/// numbered. Thread-safe.
ChosenCandidates choose_candidates(const MoleculeLibrary& library, const Molecule& truth,
                                   const CandidateRules& rules);

}  // namespace specbridge
