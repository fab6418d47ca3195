#pragma once

#include <span>
#include <vector>

#include "eval/analyses.h"

namespace specbridge {

/// Figures for pools of other sizes, from the places of the truths in their whole pools.
/// Source of the closed form: the rank in a random sub-pool is hypergeometric.
std::vector<SweepPoint> pool_size_sweep(std::span<const QueryResult> results,
                                        const AnalysisSettings& settings);

}  // namespace specbridge
