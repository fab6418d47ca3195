#include "stats/logistic_model.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace specbridge {
namespace {

/// Cases of one value, 0 or 1, and how often each outcome came of it.
struct Cases {
  void add(double value, char outcome, double count) {
    table.add(std::array{value});
    outcomes.push_back(outcome);
    counts.push_back(count);
  }
  std::vector<double> weights(double ridge) const {
    return logistic_weights(table, outcomes, counts, ridge);
  }
  AlternativeTable table{1};
  std::vector<char> outcomes;
  std::vector<double> counts;
};

TEST(LogisticWeights, AreTheLogOddsOfATwoByTwoTable) {
  Cases cases;
  cases.add(1, 1, 30);
  cases.add(1, 0, 10);
  cases.add(0, 1, 10);
  cases.add(0, 0, 30);
  const auto weights = cases.weights(0);
  EXPECT_NEAR(weights[0], std::log(9), 1e-4);
  EXPECT_NEAR(weights[1], -std::log(3), 1e-4);
  EXPECT_NEAR(logistic_chance(std::array{1.0}, weights), 0.75, 1e-5);
}

TEST(LogisticWeights, DoNotDependOnTheUnitOfAValue) {
  Cases plain, large;
  for (int i = 0; i < 8; ++i) {
    plain.add(i, i > 2 && i != 5 ? 1 : 0, 1);
    large.add(1000.0 * i + 7, i > 2 && i != 5 ? 1 : 0, 1);
  }
  const auto one = plain.weights(1), other = large.weights(1);
  EXPECT_NEAR(logistic_chance(std::array{4.0}, one), logistic_chance(std::array{4007.0}, other),
              1e-9);
}

TEST(LogisticWeights, StayFiniteWhereOutcomesCanBeTold) {
  Cases cases;
  cases.add(0, 0, 5);
  cases.add(1, 1, 5);
  const auto weights = cases.weights(1);
  EXPECT_GT(weights[0], 0);
  EXPECT_LT(weights[0], 10);
}

}  // namespace
}  // namespace specbridge
