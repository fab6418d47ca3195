#include "eval/certainty_report.h"

#include <gtest/gtest.h>

#include <vector>

namespace specbridge {
namespace {

/// Queries whose answers are right and certain with their truth, wrong and uncertain without.
std::vector<QueryCertainty> clear(std::size_t count) {
  return std::vector<QueryCertainty>(
      count, {SureAnswer{0.99, 0.01, 5, true}, SureAnswer{0.01, 0.005, 1, false}});
}

TEST(CertaintyReport, CountsAnswersByTheShareOfAbsentTruths) {
  const auto report = report_certainty(clear(100), 0.25, 1);
  EXPECT_DOUBLE_EQ(report.all_present.answers, 100);
  EXPECT_DOUBLE_EQ(report.all_present.right, 1);
  EXPECT_DOUBLE_EQ(report.some_absent.answers, 100);
  EXPECT_DOUBLE_EQ(report.some_absent.right, 0.75);
  EXPECT_NEAR(report.some_absent.expected_error, 0.01, 1e-12);
  EXPECT_EQ(report.absent_by_probability, 1);
  EXPECT_EQ(report.absent_by_margin, 1);
}

TEST(CertaintyReport, AcceptsWhatSecondAnswersDoNotReach) {
  const auto report = report_certainty(clear(100), 0.25, 1);
  EXPECT_EQ(report.all_present.accepted, 100U);
  EXPECT_GT(report.some_absent.accepted, 60U);
  EXPECT_LT(report.some_absent.accepted, 90U);
  EXPECT_EQ(report.some_absent.accepted_wrong, 0U);
}

TEST(CertaintyReport, CannotAcceptFewAnswers) {
  EXPECT_EQ(report_certainty(clear(10), 0, 1).all_present.accepted, 0U);  // 1 / 10 > 0.05
}

TEST(CertaintyReport, LeavesOutQueriesWithoutAnswer) {
  const std::vector<QueryCertainty> alone = {{SureAnswer{0.9, {}, 0, true}, {}}};
  const auto report = report_certainty(alone, 0.5, 1);
  EXPECT_DOUBLE_EQ(report.some_absent.answers, 0.5);
  EXPECT_DOUBLE_EQ(report.some_absent.right, 1);
}

TEST(CertaintyReport, TakesNoAnswerForWantOfCandidatesAsTheSurestSignThatATruthIsAbsent) {
  std::vector<QueryCertainty> queries = {{SureAnswer{0.3, {}, 0, true}, {}, true},
                                         {SureAnswer{0.6, {}, 2, true}, SureAnswer{0.5, {}, 1}}};
  const auto report = report_certainty(queries, 0.5, 1);
  EXPECT_EQ(report.truth_alone, 1U);
  EXPECT_DOUBLE_EQ(report.absent_by_probability, 0.75);  // 0.3 is below 0.5, all else in order
  EXPECT_DOUBLE_EQ(report.absent_by_margin, 0.75);
  queries.front().truth_alone = false;  // not answered for another reason
  EXPECT_DOUBLE_EQ(report_certainty(queries, 0.5, 1).absent_by_probability, 0.5);
}

TEST(CertaintyReport, TellsAbsentTruthsByTheProbabilityOfTheirPresenceWhereThatIsStated) {
  // The probability of the first answer has it the wrong way round.
  const std::vector<QueryCertainty> told = {
      {SureAnswer{0.3, {}, 1, false, 0.8}, SureAnswer{0.4, {}, 1, false, 0.2}}};
  const auto report = report_certainty(told, 0.5, 1);
  EXPECT_EQ(report.absent_by_probability, 1);
  ASSERT_TRUE(report.present_error);
  EXPECT_NEAR(*report.present_error, 0.2, 1e-12);
}

TEST(CertaintyReport, SaysNothingOfThePresenceThatIsNotStated) {
  EXPECT_FALSE(report_certainty(clear(10), 0.5, 1).present_error);
}

}  // namespace
}  // namespace specbridge
