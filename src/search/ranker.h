#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "library/molecule_store.h"
#include "ranking/structures.h"
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
/// kind counts as the query's worst in it; where nobody has it, it does not count. Of kinds that
/// most lack, see EvidenceWeight.
ScoreColumn fuse(const ScoringBlock& block, const ScoreTable& table,
                 std::span<const Evidence> evidence);

/// The scores of one query.
struct QueryScores {
  std::span<const float> fused;  ///< of the candidates, in their order
  const ScoreTable& table;       ///< each kind of evidence alone
  std::size_t place;             ///< of the query in the table
};

/// The scores of one kind, those that are missing as the worst that is known; nothing known: 0.
std::vector<float> with_worst_for_missing(std::span<const float> scores);

/// A structure among the candidates of a query: its best member.
struct RankedStructure {
  StructureKey structure;
  float score = 0;        ///< what the ranking is by; missing: below all others
  std::size_t row = 0;    ///< of the member
  std::size_t place = 0;  ///< of the member among the candidates
  /// Of structures with equal scores, which comes first: in the order of rows, or of
  /// MoleculeStore::before() where rows are not numbered in order.
  std::size_t order = row;
};
/// Whether a structure stands before another.
bool ranks_before(const RankedStructure& a, const RankedStructure& b);

/// Makes structures of the candidates of a query: one per first InChIKey block, its best score, of
/// equal scores the smallest SMILES. Ordered by key.
std::vector<RankedStructure> structures_of(const CandidateSet& set, std::span<const float> fused,
                                           const MoleculeStore& molecules);

/// Orders structures by score. Margins reach to the next structure, whether it
/// is kept or not.
/// @param structures structures_of() the set
/// @param k structures to keep, 0: all
RankedList ranked_list(const CandidateSet& set, std::vector<RankedStructure> structures,
                       const QueryScores& scores, std::size_t k);

}  // namespace specbridge
