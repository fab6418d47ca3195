#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pipeline/calibration/held_queries.h"

namespace specbridge {

/// The half that each query is in, 0 or 1: a molecule's queries are in one. At random by the seed.
std::vector<std::size_t> halves_of(const HeldQueries& held, std::uint64_t seed);

/// Weights of evidence as it comes [kinds], fitted to all queries but those of a half.
/// @param left_out the half; 2: none is
std::vector<double> evidence_weights(const HeldQueries& held, const std::vector<std::size_t>& half,
                                     std::size_t left_out);

/// Mean reciprocal rank of each kind alone, in their order, and of the weighted sum behind them,
/// each half under the weights of the other.
std::vector<double> reciprocal_ranks(const HeldQueries& held, const std::vector<std::size_t>& half);

}  // namespace specbridge
