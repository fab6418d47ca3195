#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "pipeline/calibration/held_queries.h"

namespace specbridge {

/// The half that each query is in, 0 or 1: a molecule's queries are in one. At random by the seed.
std::vector<std::size_t> halves_of(const HeldQueries& held, std::uint64_t seed);

/// Weights of evidence as it comes [kinds].
struct EvidenceWeights {
  std::vector<double> all;                          ///< fitted to all queries
  std::array<std::vector<double>, 2> without_half;  ///< to all but those of a half
};
EvidenceWeights fit_evidence_weights(const HeldQueries& held, const std::vector<std::size_t>& half);

/// Mean reciprocal rank of each column before the products alone, in their order, and of the
/// weighted sum behind them, each half under the weights of the other.
std::vector<double> reciprocal_ranks(const HeldQueries& held, const std::vector<std::size_t>& half,
                                     const EvidenceWeights& weights);

}  // namespace specbridge
