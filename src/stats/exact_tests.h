#pragma once

#include <cstddef>
#include <span>

namespace specbridge {

/// The chance that independent events, each with its own chance, happen `observed` times or more
/// (upper tail of the Poisson binomial distribution), by exact summation.
double chance_of_at_least(std::size_t observed, std::span<const double> chances);

/// The chance of `wins` or more among `decided` fair coins: the one-sided sign test.
double sign_test(std::size_t wins, std::size_t decided);

}  // namespace specbridge
