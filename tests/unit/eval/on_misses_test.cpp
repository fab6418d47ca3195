#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "eval/distance_of_best.h"
#include "eval/pool_analyzer.h"
#include "report/intervals.h"
#include "report/report.h"
#include "specbridge/eval_settings.h"
#include "specbridge/mces_options.h"
#include "specbridge/tie_rule.h"
#include "unit/eval/structures.h"

namespace specbridge {
namespace {

using test::molecule;
using test::truth;

using Pool = std::vector<std::pair<std::string, float>>;

/// Reports on queries whose truth is the first of their pool.
EvaluationReport report_on(const std::vector<Pool>& pools, TieRule ties) {
  PoolAnalyzer analyzer({{}, ties, PoolSpelling::standardised, HardnessRun::skip, 1});
  std::vector<QueryResult> results;
  for (const auto& pool : pools) {
    std::vector<Molecule> molecules;
    std::vector<std::size_t> rows;
    std::vector<float> scores;
    for (const auto& [smiles, score] : pool) {
      rows.push_back(molecules.size());
      molecules.push_back(molecule(smiles));
      scores.push_back(score);
    }
    results.push_back(score_pool(truth(results.size(), molecules.front()), molecules, &rows, scores,
                                 {{}, &analyzer}));
  }
  ReportSettings settings;
  settings.ties = ties;
  settings.mces = McesOptions{};
  settings.bootstrap.resamples = 200;
  add_first_distances(results, *settings.mces, ties, {});
  return summarize(results, settings);
}

const Pool kTied = {{"CCCCCCO", 0.5F}, {"CCCO", 0.5F}, {"CCO", 0.1F}};
const Pool kFound = {{"CCCO", 0.9F}, {"CO", 0.5F}};
const Pool kMissed = {{"CO", 0.1F}, {"CCO", 0.7F}};
const Pool kTripled = {{"CCCCCO", 0.5F}, {"CCO", 0.5F}, {"CO", 0.5F}};

TEST(OnMisses, WeighATiedTruthByTheOrdersInWhichItIsNotFirst) {
  const auto metrics = report_on({kTied}, TieRule::expected).metrics;
  EXPECT_EQ(metrics.recall.at(1), 0.5);
  EXPECT_EQ(metrics.mces, 1.5);
  EXPECT_EQ(metrics.mces_on_misses, 3.0);
}

class OnMissesUnder : public testing::TestWithParam<TieRule> {};

// Hits have no distance and a similarity of 1.
TEST_P(OnMissesUnder, MakeUpTheFigureWithTheHits) {
  const auto report = report_on({kTied, kFound, kMissed, kTripled}, GetParam());
  const double missed = 1 - report.metrics.recall.at(1).value();
  EXPECT_NEAR(missed * report.metrics.mces_on_misses.value(), report.metrics.mces.value(), 1e-12);
  EXPECT_NEAR(1 - missed + missed * report.similarity.on_misses.value(),
              report.metrics.tanimoto.value(), 1e-12);
  EXPECT_EQ(report.similarity.queries, 4U);
  EXPECT_EQ(report.analyses.mces->queries, 4U);
}

INSTANTIATE_TEST_SUITE_P(AllTieRules, OnMissesUnder,
                         testing::Values(TieRule::worst, TieRule::expected, TieRule::best),
                         [](const auto& one) { return to_string(one.param); });

TEST(OnMisses, HaveIntervalsAroundTheSameFigure) {
  const auto report = report_on({kTied, kTied}, TieRule::expected);
  EXPECT_EQ(report.macro.mces_on_misses, 3.0);
  EXPECT_EQ(report.intervals.mces_on_misses->percent95.low, 3.0);
  EXPECT_EQ(report.intervals.mces_on_misses->percent95.high, 3.0);
}

/// A scorer that tells none of these apart; the truth is methanol.
Pool constant(std::size_t structures) {
  Pool pool;
  for (std::size_t carbons = 1; carbons <= structures; ++carbons) {
    pool.emplace_back(std::string(carbons, 'C') + "O", 0.5F);
  }
  return pool;
}

TEST(OnMisses, CountQueriesWithMoreFirstStructuresThanAreCompared) {
  const auto report = report_on({constant(kMostFirst + 2), kFound}, TieRule::expected);
  EXPECT_EQ(report.similarity.queries, 2U);
  EXPECT_EQ(report.analyses.mces->queries, 2U);
  EXPECT_THAT(report.notes,
              testing::Contains("1 query has more than 32 wrong structures with the best score: "
                                "Tanimoto@1 and MCES@1 are taken over 32 of them, the first by "
                                "inchikey14"));
}

TEST(OnMisses, AreTakenOverAllFirstStructuresWhileTheseAreFew) {
  const auto report = report_on({constant(kMostFirst + 1)}, TieRule::expected);
  EXPECT_NEAR(report.metrics.mces_on_misses.value(), report.metrics.mces.value() * 33 / 32, 1e-12);
  EXPECT_THAT(report.notes, testing::ElementsAre("truth in the pool: 1 of 1 query"));
}

TEST(OnMisses, AreNotPairedWithThoseOfAnotherTable) {
  std::vector<QueryResult> ours(2), theirs;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    ours[i].name.index = i;
    ours[i].rank = 2;
    ours[i].mces = FirstDistance{.distance = 4};
  }
  theirs = ours;
  theirs.front().mces->distance = 2;
  const auto comparison = compare(ours, theirs, {});
  EXPECT_EQ(comparison.other.mces_on_misses, 3.0);
  EXPECT_EQ(comparison.difference.mces, 1.0);
  EXPECT_EQ(comparison.difference.mces_on_misses, std::nullopt);
  EXPECT_EQ(comparison.macro_difference.mces_on_misses, std::nullopt);
  EXPECT_FALSE(comparison.intervals.mces_on_misses);
}

}  // namespace
}  // namespace specbridge
