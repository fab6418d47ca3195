#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "search/evidence/scorer.h"

namespace specbridge {

/// A candidate of a query that is to be scored.
struct CandidatePair {
  std::size_t row = 0;                 ///< of the molecule
  std::uint32_t query = 0, place = 0;  ///< of the block, and among the query's candidates
};

/// Hands over the chosen candidates of all queries of a block, those of one molecule together, in
/// parallel: what has to be worked out of a molecule is worked out once. @throws Interrupted
void for_each_molecule(const ScoringBlock& block, const RunContext& context,
                       const std::function<void(std::span<const CandidatePair>)>& score);

}  // namespace specbridge
