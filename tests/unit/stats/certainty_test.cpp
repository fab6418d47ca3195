#include "stats/certainty.h"

#include <gtest/gtest.h>

#include <vector>

namespace specbridge {
namespace {

TEST(Reliability, ComparesWhatIsStatedWithWhatCameOut) {
  const auto bins = reliability(std::vector<GradedAnswer>{
      {0.92, true}, {0.98, false}, {0.12, false, 3}, {0.18, true, 1}, {1.0, true}});
  ASSERT_EQ(bins.size(), 10U);
  EXPECT_DOUBLE_EQ(bins[9].answers, 3);
  EXPECT_NEAR(bins[9].stated, (0.92 + 0.98 + 1) / 3, 1e-12);
  EXPECT_NEAR(bins[9].right, 2.0 / 3, 1e-12);
  EXPECT_NEAR(bins[1].stated, (3 * 0.12 + 0.18) / 4, 1e-12);
  EXPECT_NEAR(bins[1].right, 0.25, 1e-12);
  EXPECT_EQ(bins[5].answers, 0);
}

TEST(ExpectedError, IsTheMeanDifferenceOfBins) {
  const auto bins =
      reliability(std::vector<GradedAnswer>{{0.9, true}, {0.9, false}, {0.2, false, 2}});
  EXPECT_NEAR(expected_error(bins), (2 * 0.4 + 2 * 0.2) / 4, 1e-12);
  EXPECT_EQ(expected_error(reliability({})), 0);
}

TEST(RiskCoverageArea, TakesTheMostCertainFirst) {
  // Risk after one, two, three answers: 0, 1/2, 1/3.
  EXPECT_NEAR(risk_coverage_area(std::vector<GradedAnswer>{{0.7, true}, {0.9, true}, {0.8, false}}),
              (0 + 0.5 + 1.0 / 3) / 3, 1e-12);
}

TEST(RiskCoverageArea, TakesAnswersOfOneCertaintyTogether) {
  EXPECT_NEAR(risk_coverage_area(std::vector<GradedAnswer>{{0.8, true}, {0.8, false}}), 0.5, 1e-12);
}

TEST(RankingQuality, IsTheChanceThatARightAnswerIsMoreCertain) {
  EXPECT_NEAR(
      ranking_quality(std::vector<GradedAnswer>{{3, true}, {2, false}, {1, true}, {0, false}}),
      0.75, 1e-12);
  EXPECT_NEAR(ranking_quality(std::vector<GradedAnswer>{{1, true}, {1, false}}), 0.5, 1e-12);
  EXPECT_EQ(ranking_quality(std::vector<GradedAnswer>{{1, true}}), 0.5);
}

TEST(QValues, AreDecoysAndOneOverAnswersThatAreAsCertain) {
  // Shares at the answers, the most certain first: 1/1, 1/2, 1/3, 2/4.
  const auto values = q_values(std::vector{0.6, 0.9, 0.7, 0.8}, std::vector{0.65, 0.5, 0.3});
  EXPECT_NEAR(values[1], 1.0 / 3, 1e-12);
  EXPECT_NEAR(values[3], 1.0 / 3, 1e-12);
  EXPECT_NEAR(values[2], 1.0 / 3, 1e-12);
  EXPECT_NEAR(values[0], 0.5, 1e-12);
}

TEST(QValues, AreNoLessThanProbabilitiesLeaveInDoubt) {
  const auto values = q_values(std::vector(40, 0.7), {});
  EXPECT_NEAR(values.front(), 0.3, 1e-9);  // by decoys alone it would be 1 / 40
}

TEST(QValues, OfScoresFearDecoysAlone) {
  const auto values =
      q_values(std::vector{0.6, 0.9, 0.7, 0.8}, std::vector{0.65}, AnswerOrder::by_score);
  EXPECT_EQ(values, (std::vector{0.5, 1.0 / 3, 1.0 / 3, 1.0 / 3}));
}

TEST(QValues, OfEqualAnswersAreEqualAndNeverAboveOne) {
  EXPECT_EQ(q_values(std::vector{0.5, 0.5}, std::vector{0.9, 0.8, 0.7}), (std::vector{1.0, 1.0}));
  EXPECT_TRUE(q_values({}, {}).empty());
}

TEST(ShareInterval, IsThatOfClopperAndPearson) {
  EXPECT_NEAR(share_interval(3, 20).low, 0.0321, 5e-5);
  EXPECT_NEAR(share_interval(3, 20).high, 0.3789, 5e-5);
  EXPECT_EQ(share_interval(0, 10).low, 0);
  EXPECT_NEAR(share_interval(0, 10).high, 0.3085, 5e-5);
  EXPECT_NEAR(share_interval(10, 10).low, 0.6915, 5e-5);
  EXPECT_EQ(share_interval(10, 10).high, 1);
  EXPECT_EQ(share_interval(0, 0).high, 1);
}

}  // namespace
}  // namespace specbridge
