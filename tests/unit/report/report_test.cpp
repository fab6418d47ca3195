#include "report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/intervals.h"
#include "specbridge/eval_settings.h"
#include "specbridge/tie_rule.h"
#include "unit/report/results.h"

namespace specbridge {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::Pair;

TEST(Report, CountsEveryQueryOnce) {
  const auto report = example();
  EXPECT_EQ(report.queries, 4U);
  EXPECT_EQ(report.evaluated, 2U);
  EXPECT_THAT(report.missed, ElementsAre(Pair("no_peaks", 1U), Pair("truth_not_in_pool", 1U)));
}

TEST(Report, KeepsMissesInTheDenominators) {
  const auto report = example();
  EXPECT_EQ(report.metrics.recall.at(1), 0.25);
  EXPECT_EQ(report.metrics.recall.at(5), 0.5);
  EXPECT_EQ(report.metrics.mrr, 0.375);
}

TEST(Report, ComparesWithARandomOrderOfTheSamePools) {
  const auto random = example().random;
  EXPECT_DOUBLE_EQ(random.recall.at(1).value(), (1. / 4 + 1. / 2) / 4);
  EXPECT_DOUBLE_EQ(random.recall.at(5).value(), 0.5);
  EXPECT_DOUBLE_EQ(random.mrr, ((1 + 1. / 2 + 1. / 3 + 1. / 4) / 4 + 0.75) / 4);
}

TEST(Report, DescribesThePoolsThatThereAre) {
  const auto pools = example().pools;
  EXPECT_DOUBLE_EQ(pools.mean, 16. / 3);
  EXPECT_EQ(pools.median, 4);
  EXPECT_EQ(pools.max, 10U);
}

TEST(Report, TakesTheMiddleOfAnEvenNumberOfPools) {
  EXPECT_EQ(summarize(std::vector{ranked(1, 3), ranked(1, 8)}).pools.median, 5.5);
}

TEST(Report, DoesNotClaimARecallBeyondTheEndOfALongerList) {
  const auto report = summarize(
      std::vector{cut(ranked(2, 90), 5), ranked(1, 3), cut(missed(Status::beyond_k, 90), 20)});
  EXPECT_DOUBLE_EQ(report.metrics.recall.at(1).value(), 1. / 3);
  EXPECT_DOUBLE_EQ(report.metrics.recall.at(5).value(), 2. / 3);
  EXPECT_EQ(report.metrics.recall.at(20), std::nullopt);
  EXPECT_THAT(
      report.notes,
      ElementsAre("Recall@20 cannot be known: 1 of 3 queries list fewer than 20 structures "
                  "of a longer ranking",
                  "1 truth is not in its list, where lists end before their pools do: that counts "
                  "0 in MRR, the random baseline takes it to be in the pool, and the pool-size "
                  "sweep leaves open what depends on the rank",
                  "truth in the pool: 2 of 3 queries, not known for 1 more"));
}

TEST(Report, SaysInHowManyPoolsTheTruthIs) {
  const std::vector results = {ranked(1, 3), ranked(2, 3), missed(Status::truth_not_in_pool, 3),
                               missed(Status::no_pool, 0)};
  EXPECT_THAT(summarize(results).notes, ElementsAre("truth in the pool: 2 of 4 queries"));
}

TEST(Report, ClaimsARecallBeyondTheEndOfACompleteList) {
  EXPECT_EQ(summarize(std::vector{ranked(1, 3)}).metrics.recall.at(20), 1.0);
}

TEST(Report, IsZeroWithoutQueries) {
  const auto report = summarize({});
  EXPECT_EQ(report.queries, 0U);
  EXPECT_EQ(report.metrics.recall.at(1), 0.0);
  EXPECT_EQ(report.pools.max, 0U);
}

TEST(Report, AveragesOverMoleculesToo) {
  const auto report = summarize(two_molecules());
  EXPECT_EQ(report.molecules, 2U);
  EXPECT_DOUBLE_EQ(report.metrics.recall.at(1).value(), 0.75);
  EXPECT_DOUBLE_EQ(report.macro.recall.at(1).value(), 0.5);
  EXPECT_DOUBLE_EQ(report.macro.mrr, 0.6);
}

// Of two molecules drawn twice, one in four draws holds only the one that is never found.
TEST(Report, GivesIntervalsOverMoleculesOrSpectra) {
  ReportSettings settings;
  const auto over_molecules = summarize(two_molecules(), settings).intervals.recall.at(1);
  EXPECT_EQ(over_molecules.percent95.low, 0);
  EXPECT_EQ(over_molecules.percent95.high, 1);
  settings.resampled = Resampled::spectra;
  const auto over_spectra = summarize(two_molecules(), settings).intervals.recall.at(1);
  EXPECT_EQ(over_spectra.percent95.low, 0.25);
  EXPECT_EQ(over_spectra.percent95.high, 1);
}

TEST(Report, KeepsCutoffsAndTheirIntervalsTogether) {
  ReportSettings settings;
  settings.cutoffs = {5, 1, 5};
  const auto report = summarize(two_molecules(), settings);
  EXPECT_EQ(report.macro.recall.at(5).value(), 1);
  EXPECT_EQ(report.macro.recall.at(1).value(), 0.5);
  EXPECT_EQ(report.intervals.recall.at(5).percent95.low, 1);
}

TEST(Report, ShowsWhatTiesDecide) {
  QueryResult tied = ranked(4, 10);
  tied.ties = 3;
  ReportSettings settings;
  settings.ties = TieRule::expected;
  const auto report = summarize(std::vector{tied, ranked(1, 10)}, settings);
  EXPECT_EQ(report.ties.queries, 1U);
  EXPECT_DOUBLE_EQ(report.metrics.recall.at(1).value(), (0.25 + 1) / 2);
  EXPECT_DOUBLE_EQ(report.ties.worst.recall.at(1).value(), 0.5);
  EXPECT_DOUBLE_EQ(report.ties.best.recall.at(1).value(), 1);
}

TEST(Report, AveragesSimilarityOverQueriesThatHaveAFirstStructure) {
  auto results = two_molecules();
  results[0].tanimoto = 1;
  results[3].tanimoto = 0.4;
  const auto report = summarize(results);
  EXPECT_DOUBLE_EQ(report.metrics.tanimoto.value(), 0.7);
  EXPECT_EQ(report.similarity.queries, 2U);
  EXPECT_EQ(report.similarity.misses, 1U);
  EXPECT_DOUBLE_EQ(report.similarity.on_misses.value(), 0.4);
}

TEST(Report, SaysWhatAProtocolHides) {
  ReportSettings settings = massspecgym_settings();
  QueryResult tied = ranked(2, 2);
  tied.ties = 1;
  EXPECT_THAT(
      summarize(std::vector{tied}, settings).notes,
      ElementsAre("truth in the pool: 1 of 1 query",
                  "protocol massspecgym: ties go to the truth, candidates that are one structure "
                  "keep their places, and intervals take spectra for independent. It hides 1 tie "
                  "(Recall@1 with ties against the truth: 0.0 %), that 1 spectrum is of 1 "
                  "molecule (Recall@1 over molecules: 100.0 %), and what a random order of these "
                  "pools gives (at least 50.0 %: one truth a pool); a query without truth in its "
                  "pool, which the original "
                  "refuses, is a miss here"));
}

TEST(Compare, TakesTheDifferenceQueryByQuery) {
  const auto ours = two_molecules();
  auto theirs = ours;
  theirs[0].rank = 2;
  theirs[3].rank = 1;
  const auto comparison = compare(ours, theirs, {});
  EXPECT_DOUBLE_EQ(comparison.other.recall.at(1).value(), 0.75);
  EXPECT_DOUBLE_EQ(comparison.difference.recall.at(1).value(), 0);
  EXPECT_DOUBLE_EQ(comparison.difference.mrr, (0.5 - 0.8) / 4);
  EXPECT_DOUBLE_EQ(comparison.macro_difference.recall.at(1).value(), (1. / 3 - 1) / 2);
  EXPECT_DOUBLE_EQ(comparison.intervals.recall.at(1).percent95.low, -1);
  EXPECT_DOUBLE_EQ(comparison.intervals.recall.at(1).percent95.high, 1. / 3);
}

TEST(Compare, OfATableWithItselfIsCertainlyNothing) {
  const auto results = two_molecules();
  const auto comparison = compare(results, results, {});
  EXPECT_EQ(comparison.difference.mrr, 0);
  EXPECT_EQ(comparison.intervals.mrr->percent999.low, 0);
  EXPECT_EQ(comparison.intervals.mrr->p_value, 1);
}

TEST(Compare, LeavesARecallUnknownThatOneTableCannotKnow) {
  const auto comparison =
      compare(std::vector{ranked(1, 90)}, std::vector{cut(ranked(2, 90), 5)}, {});
  EXPECT_EQ(comparison.difference.recall.at(20), std::nullopt);
  EXPECT_FALSE(comparison.intervals.recall.contains(20));
  EXPECT_EQ(comparison.difference.recall.at(1), 1.0);
}

TEST(Summary, MeansTheDistancesOfAllFirstStructuresAndOfThoseThatMissed) {
  const auto report = summarize(
      std::vector{distant(1, 0), distant(2, 4), distant(9, 8), ranked(3, 90)}, with_distances());
  EXPECT_EQ(report.metrics.mces, 4.0);
  EXPECT_EQ(report.metrics.mces_on_misses, 6.0);
  EXPECT_EQ(report.analyses.mces->queries, 3U);
  EXPECT_EQ(report.analyses.mces->misses, 2U);
}

TEST(Summary, CountsDistancesThatAreNotExact) {
  auto beyond = distant(2, 15), given_up = distant(2, 11);
  beyond.mces->exact = false;
  given_up.mces->exact = false;
  given_up.mces->capped = true;
  const auto report = summarize(std::vector{distant(2, 4), beyond, given_up}, with_distances());
  EXPECT_EQ(report.analyses.mces->beyond, 1U);
  EXPECT_EQ(report.analyses.mces->capped, 1U);
}

}  // namespace
}  // namespace specbridge
