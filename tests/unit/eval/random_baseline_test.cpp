#include "eval/random_baseline.h"

#include <gtest/gtest.h>

namespace specbridge {
namespace {

constexpr double kLastDigits = 1e-14;

TEST(RandomBaseline, IsCertainForPoolsOfOne) {
  RandomBaseline baseline;
  baseline.add(1, true);
  EXPECT_EQ(baseline.recall(1), 1);
  EXPECT_EQ(baseline.mrr(), 1);
}

TEST(RandomBaseline, AveragesOverAllPlacesOfTheTruth) {
  RandomBaseline baseline;
  baseline.add(4, true);
  EXPECT_DOUBLE_EQ(baseline.recall(1), 0.25);
  EXPECT_DOUBLE_EQ(baseline.recall(5), 1);
  EXPECT_NEAR(baseline.mrr(), (1 + 1. / 2 + 1. / 3 + 1. / 4) / 4, kLastDigits);
}

TEST(RandomBaseline, GivesNothingForPoolsWithoutTheirTruth) {
  RandomBaseline baseline;
  baseline.add(10, true);
  baseline.add(10, false);
  baseline.add(0, false);
  EXPECT_DOUBLE_EQ(baseline.recall(1), 0.1 / 3);
  EXPECT_DOUBLE_EQ(baseline.recall(20), 1.0 / 3);
}

// The closed form that stands in for long sums agrees with the sum itself.
TEST(RandomBaseline, IsExactForLargePools) {
  for (const std::size_t size : {999, 1000, 1001, 123456}) {
    double sum = 0;
    for (std::size_t i = 1; i <= size; ++i) sum += 1 / static_cast<double>(i);
    RandomBaseline baseline;
    baseline.add(size, true);
    EXPECT_NEAR(baseline.mrr() * static_cast<double>(size), sum, 1e-10) << size;
  }
}

}  // namespace
}  // namespace specbridge
