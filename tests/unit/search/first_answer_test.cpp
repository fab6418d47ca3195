#include "search/certainty/first_answer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace specbridge {
namespace {

const StructureKey kA("A"), kB("B"), kC("C");

std::vector<RankedStructure> three() {
  return {{kA, 1, 0, 0}, {kB, 3, 1, 1}, {kC, 2, 2, 2}};
}

TEST(LeaderOf, StandsBeforeTheOthersByTheOddsOfASoftmax) {
  const auto leader = leader_of(three());
  ASSERT_TRUE(leader);
  EXPECT_EQ(leader->structure.structure, kB);
  EXPECT_EQ(leader->others, 2U);
  EXPECT_NEAR(leader->log_odds, 3 - std::log(std::exp(1) + std::exp(2)), 1e-6);
  EXPECT_EQ(leader->margin, 1);
}

TEST(LeaderOf, PassesOverStructuresThatDoNotCount) {
  const std::vector<StructureKey> without = {kB};
  const auto leader = leader_of(three(), without);
  ASSERT_TRUE(leader);
  EXPECT_EQ(leader->structure.structure, kC);
  EXPECT_EQ(leader->others, 1U);
  EXPECT_NEAR(leader->log_odds, 1, 1e-6);
  const std::vector<StructureKey> all = {kA, kB, kC};
  EXPECT_FALSE(leader_of(three(), all));
}

TEST(LeaderOf, OfEqualScoresIsTheFirstRow) {
  const auto leader = leader_of(std::vector<RankedStructure>{{kA, 2, 9, 0}, {kB, 2, 4, 1}});
  EXPECT_EQ(leader->structure.structure, kB);
  EXPECT_NEAR(leader->log_odds, 0, 1e-6);
}

TEST(LeaderOf, AloneHasNoOddsToBeMeasuredBy) {
  const auto leader = leader_of(std::vector<RankedStructure>{{kA, 7, 0, 0}});
  EXPECT_EQ(leader->others, 0U);
  EXPECT_EQ(leader->log_odds, 0);
  EXPECT_EQ(first_answer_values({*leader, {}})[3], 1);
}

TEST(LeaderOf, CountsStructuresWithoutScoreAsFarBehind) {
  const float missing = -std::numeric_limits<float>::infinity();
  const auto leader = leader_of(std::vector<RankedStructure>{{kA, 1, 0, 0}, {kB, missing, 1, 1}});
  EXPECT_EQ(leader->log_odds, 20);
  EXPECT_EQ(leader->margin, 0);
}

TEST(LeaderOf, StandsOutByStandardDeviationsOfAllScores) {
  EXPECT_NEAR(leader_of(three())->prominence, 1 / std::sqrt(2.0 / 3), 1e-9);
}

TEST(LeaderOf, OfTwoOrOfEqualsDoesNotStandOut) {
  const std::vector<StructureKey> without = {kA};
  EXPECT_EQ(leader_of(three(), without)->prominence, 0);
  std::vector<RankedStructure> equals;  // whose mean is not 0.1F for want of digits
  for (std::size_t i = 0; i < 10; ++i) {
    equals.push_back({StructureKey(std::string(1, static_cast<char>('A' + i))), 0.1F, i, i});
  }
  EXPECT_EQ(leader_of(equals)->prominence, 0);
}

TEST(FirstAnswerValues, AreAsManyAsTheirNames) {
  const std::vector<std::string> kinds = {"cosine", "fragments"};
  const auto leader = leader_of(three());
  const std::vector<float> evidence = {NAN, 3};
  const auto values = first_answer_values(
      {*leader, kinds, evidence, ExplainedShare{2, 0.75F}, 8, IsomerStanding{-6, 0.5}});
  EXPECT_EQ(values.size(), first_answer_features(kinds, true).size());
  EXPECT_NEAR(values[2], 1.5, 1e-9);           // prominence, squared
  EXPECT_NEAR(values[4], std::log(3), 1e-12);  // candidates
  EXPECT_NEAR(values[5], std::log(9), 1e-12);  // peaks
  EXPECT_EQ(values[6], 0.75);
  EXPECT_EQ(values[7], 0);  // missing
  EXPECT_EQ(values[8], 3);
  EXPECT_EQ(values[9], 1);    // of 8 peaks
  EXPECT_EQ(values[10], -2);  // the same
  EXPECT_EQ(values[11], 0.5);
}

TEST(FirstAnswerValues, SayNothingOfIsomersWhereNobodyAsks) {
  const std::vector<std::string> kinds = {"cosine"};
  const std::vector<float> evidence = {0.25F};
  const auto values = first_answer_values({*leader_of(three()), kinds, evidence});
  EXPECT_EQ(values.size(), first_answer_features(kinds, false).size());
  EXPECT_EQ(values.back(), 0.25);
}

TEST(ChanceOfPresence, IsNoLessThanThatTheFirstAnswerIsRight) {
  const std::vector<double> values = {1}, weights = {1, 0};  // 0.73 by itself
  EXPECT_EQ(chance_of_presence(0.9, values, weights), 0.9);
  EXPECT_NEAR(chance_of_presence(0.2, values, weights), 1 / (1 + std::exp(-1)), 1e-12);
}

}  // namespace
}  // namespace specbridge
