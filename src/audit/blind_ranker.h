#pragma once

#include <string>
#include <vector>

#include "eval/scoring.h"
#include "library/molecule_library.h"
#include "pools/pools.h"
#include "specbridge/context.h"

namespace specbridge {

/// Ranks every query's pool without its spectrum: by a ranker of molecules that learned on the
/// pools of other truths (cross_validated_scores()).
/// @param library tells which environments are common, truths left out; nullptr: the decoys do
/// @param notes gets a sentence on the molecules that were counted
/// @return one result a truth, in their order
std::vector<QueryResult> rank_by_molecules(const std::vector<TruthRecord>& truths,
                                           const CandidatePools& pools,
                                           const MoleculeLibrary* library,
                                           std::vector<std::string>& notes,
                                           const RunContext& context);

}  // namespace specbridge
