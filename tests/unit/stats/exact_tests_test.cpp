#include "stats/exact_tests.h"

#include <gtest/gtest.h>

#include <bit>
#include <vector>

namespace specbridge {
namespace {

/// By adding up all outcomes.
double by_enumeration(std::size_t observed, const std::vector<double>& chances) {
  double sum = 0;
  for (unsigned outcome = 0; outcome < 1U << chances.size(); ++outcome) {
    if (static_cast<std::size_t>(std::popcount(outcome)) < observed) continue;
    double chance = 1;
    for (std::size_t i = 0; i < chances.size(); ++i) {
      chance *= (outcome >> i & 1U) != 0 ? chances[i] : 1 - chances[i];
    }
    sum += chance;
  }
  return sum;
}

TEST(ChanceOfAtLeast, IsTheSumOverAllOutcomes) {
  const std::vector<double> chances = {0.1, 0.5, 0.25, 0.9, 1, 0, 0.01};
  for (std::size_t observed = 0; observed <= chances.size() + 1; ++observed) {
    EXPECT_NEAR(chance_of_at_least(observed, chances), by_enumeration(observed, chances), 1e-14);
  }
}

TEST(ChanceOfAtLeast, KeepsSmallTails) {
  EXPECT_NEAR(chance_of_at_least(30, std::vector<double>(30, 0.01)) / 1e-60, 1, 1e-9);
}

TEST(ExactSign, IsTheTailOfFairCoins) {
  EXPECT_EQ(sign_test(0, 0), 1);
  EXPECT_DOUBLE_EQ(sign_test(3, 3), 0.125);
  EXPECT_DOUBLE_EQ(sign_test(2, 3), 0.5);
}

}  // namespace
}  // namespace specbridge
