#include "eval/metrics.h"

#include <gtest/gtest.h>

#include <limits>

namespace specbridge {
namespace {

constexpr double kRounding = 1e-14;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

TEST(RankingMeter, CountsRanksUpToTheCutoff) {
  RankingMeter meter;
  for (const std::size_t rank : {1, 2, 5, 6, 20, 21}) meter.add(rank);
  EXPECT_DOUBLE_EQ(meter.recall(1), 1.0 / 6);
  EXPECT_DOUBLE_EQ(meter.recall(5), 3.0 / 6);
  EXPECT_DOUBLE_EQ(meter.recall(20), 5.0 / 6);
}

TEST(RankingMeter, AveragesReciprocalRanks) {
  RankingMeter meter;
  meter.add(1);
  meter.add(4);
  EXPECT_DOUBLE_EQ(meter.mrr(), 0.625);
}

TEST(RankingMeter, KeepsMissesInEveryDenominator) {
  RankingMeter meter;
  meter.add(1);
  meter.add(std::nullopt);
  EXPECT_EQ(meter.count(), 2U);
  EXPECT_DOUBLE_EQ(meter.recall(20), 0.5);
  EXPECT_DOUBLE_EQ(meter.mrr(), 0.5);
}

TEST(RankingMeter, IsZeroWithoutQueries) {
  const RankingMeter meter;
  EXPECT_EQ(meter.recall(1), 0);
  EXPECT_EQ(meter.mrr(), 0);
}

TEST(RankingMeter, RefusesACutoffItDoesNotCount) {
  const RankingMeter meter({1, 3});
  EXPECT_THROW(meter.recall(2), std::logic_error);
}

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
  EXPECT_NEAR(baseline.mrr(), (1 + 1. / 2 + 1. / 3 + 1. / 4) / 4, kRounding);
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

TEST(RankAgainst, CountsOthersThatScoreAtLeastAsHigh) {
  EXPECT_EQ(rank_against(0.5F, {0.4F, 0.5F, 0.6F, 0.5F}), 4U);
}

TEST(RankAgainst, IsOneWithoutOthers) {
  EXPECT_EQ(rank_against(-1.0F, {}), 1U);
}

TEST(RankAgainst, LetsNoScoreThatIsNotANumberWin) {
  EXPECT_EQ(rank_against(0.5F, {kNan, kNan, 0.4F}), 1U);
}

TEST(RankAgainst, PutsATruthWithoutANumberLast) {
  EXPECT_EQ(rank_against(kNan, {kNan, -1.0F, 0.4F}), 4U);
}

TEST(RankAgainst, GivesAConstantScorerTheLastRank) {
  EXPECT_EQ(rank_against(1.0F, std::vector<float>(9, 1.0F)), 10U);
}

}  // namespace
}  // namespace specbridge
