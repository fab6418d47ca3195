#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "library/molecule_store.h"
#include "search/evidence/evidence.h"
#include "search/evidence/scorer.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// Scores of a block, a column for each kind of evidence in the order of the table.
using ScoreTable = std::vector<ScoreColumn>;

/// @param rescore how many candidates of a query, the best by the first kind of evidence, the
/// other kinds look at; 0: all
ScoreTable score_block(ScoringBlock block, std::span<const Evidence> evidence, std::size_t rescore,
                       const RunContext& context);

/// One number for each candidate: of one kind of evidence the score itself, of several their
/// weighted sum, those of which less is better with the opposite sign. A candidate that lacks a
/// kind counts as the query's worst in it; where nobody has it, it does not count.
ScoreColumn fuse(const ScoringBlock& block, const ScoreTable& table,
                 std::span<const Evidence> evidence);

/// Makes structures of the candidates of a query (one per first InChIKey block: its best score, of
/// equal scores the smallest SMILES) and orders them by score, equal scores by row. Margins reach
/// to the next structure, whether it is kept or not.
/// @param fused of the candidates, in their order
/// @param table its columns say what stands beside the score, where there are several
/// @param query place in the block of the table @param k structures to keep, 0: all
RankedList rank_candidates(const CandidateSet& set, std::span<const float> fused,
                           const ScoreTable& table, std::size_t query,
                           const MoleculeStore& molecules, std::size_t k);

}  // namespace specbridge
