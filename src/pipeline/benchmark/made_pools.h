#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/nearness.h"
#include "chem/molecule.h"
#include "library/molecule_library.h"
#include "pipeline/benchmark/chosen_candidates.h"
#include "specbridge/context.h"
#include "specbridge/make_pools.h"

namespace specbridge {

/// A structure of the spectra with its candidates.
struct MadePool {
  Molecule truth;
  std::size_t spectra = 0;
  ChosenCandidates chosen = {};

  std::size_t size() const noexcept { return chosen.rows.size() + 1; }
};

/// The SMILES of a pool, the truth's among them, ascending.
std::vector<std::string> smiles_of(const MadePool& pool, const MoleculeLibrary& library);

/// Fills what the report says of pools. @param training nullptr: nothing is known of one
/// @throws Interrupted
void add_figures(std::span<const MadePool> pools, const MoleculeLibrary& library,
                 const TrainingFingerprints* training, const RunContext& context,
                 PoolsReport& report);

}  // namespace specbridge
