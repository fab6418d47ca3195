#pragma once

#include <span>
#include <vector>

#include "stats/choice_model.h"

namespace specbridge {

/// Logistic regression: the weights under which what came out is most likely, the chance of an
/// outcome being 1 / (1 + exp(-sum)). Newton's method on the likelihood less `ridge` / 2 times the
/// squares of the weights of values of unit spread.
/// @param values [cases, kinds] @param outcomes of the cases, 0 or 1
/// @param counts how much each case counts
/// @return weights of the values as they come [kinds], and a constant behind them
std::vector<double> logistic_weights(const AlternativeTable& values, std::span<const char> outcomes,
                                     std::span<const double> counts, double ridge);

/// The chance under such weights.
double logistic_chance(std::span<const double> values, std::span<const double> weights);

}  // namespace specbridge
