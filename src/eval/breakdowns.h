#pragma once

#include <span>
#include <vector>

#include "eval/analyses.h"

namespace specbridge {

/// Figures by adduct, instrument, collision energy, precursor m/z, pool size, hardness and distance
/// to the training set; a property that no query has is left out.
std::vector<Breakdown> break_down(std::span<const QueryResult> results,
                                  const AnalysisSettings& settings);

}  // namespace specbridge
