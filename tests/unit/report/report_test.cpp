#include "report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "eval/ranks_table.h"
#include "specbridge/context.h"
#include "specbridge/eval_settings.h"
#include "specbridge/mces_options.h"
#include "specbridge/tie_rule.h"
#include "specbridge/version.h"
#include "support/support.h"

namespace specbridge {
namespace {

using testing::ElementsAre;
using testing::Pair;

QueryResult ranked(std::size_t rank, std::size_t pool_size) {
  QueryResult result;
  result.rank = rank;
  result.pool_size = result.listed = pool_size;
  return result;
}

QueryResult missed(StatedStatus status, std::size_t pool_size = 0) {
  QueryResult result;
  result.status = status;
  result.pool_size = result.listed = pool_size;
  return result;
}

/// A list cut after `listed` structures of a larger pool.
QueryResult cut(QueryResult result, std::size_t listed) {
  result.listed = listed;
  result.complete = false;
  return result;
}

EvaluationReport example() {
  const std::vector<QueryResult> results = {ranked(1, 4), ranked(2, 2), missed(Status::no_peaks),
                                            missed(Status::truth_not_in_pool, 10)};
  return summarize(results);
}

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
                  "1 truths are not in their lists, which end before their pools do: they "
                  "count 0 in MRR, the random baseline takes them to be in their pools, and the "
                  "pool-size sweep leaves open what depends on their ranks",
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

/// Three spectra of one molecule that are found and one of another that is not.
std::vector<QueryResult> two_molecules() {
  std::vector<QueryResult> results = {ranked(1, 8), ranked(1, 8), ranked(1, 8), ranked(5, 8)};
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i].name.index = i;
    results[i].inchikey14 = i < 3 ? "LFQSCWFLJHTTHZ" : "OTMSDBZUPAUEDD";
  }
  return results;
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
      ElementsAre("truth in the pool: 1 of 1 queries",
                  "protocol massspecgym: ties go to the truth, candidates that are one structure "
                  "keep their places, and intervals take spectra for independent. It hides 1 ties "
                  "(Recall@1 with ties against the truth: 0.0 %), that 1 spectra are of 1 "
                  "molecules (Recall@1 over molecules: 100.0 %), and what a random order of these "
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

/// A ranked query whose first structure is so far from the truth.
QueryResult distant(std::size_t rank, double distance) {
  QueryResult result = ranked(rank, 90);
  result.mces = FirstDistance{.distance = distance, .lower = distance, .upper = distance};
  return result;
}

ReportSettings with_distances(const McesOptions& options = {}) {
  ReportSettings settings;
  settings.mces = options;
  return settings;
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

TEST(Summary, TellsTheKindOfDistance) {
  McesOptions exact;
  exact.threshold.reset();
  const auto table = to_table(summarize(std::vector{distant(2, 4)}, with_distances(exact)));
  EXPECT_THAT(table, testing::HasSubstr("MCES@1 exact: 1 queries, 1 of them misses; 0 distances "
                                        "beyond the threshold, 0 given up\n"));
}

TEST(ReportJson, HoldsTheDistancesOfFirstStructures) {
  const auto json =
      Json::parse(to_json(summarize(std::vector{distant(1, 0), distant(2, 4)}, with_distances())));
  const auto& mces = json["mces_at_1"];
  EXPECT_EQ(mces["mode"], "myopic");
  EXPECT_EQ(mces["threshold"], 15.0);
  EXPECT_EQ(mces["mean"], 2.0);
  EXPECT_EQ(mces["mean_on_misses"], 4.0);
  EXPECT_EQ(json["analyses"]["mces"]["histogram"]["counts"], (Json{1, 0, 0, 0, 1}));
}

TEST(Ranks, HaveTheAgreedColumns) {
  EXPECT_EQ(ranks_header(),
            "query_id\tquery_index\tinchikey14\tpool_size\trank\tties\tscore\tbest_score\t"
            "best_smiles\tstatus\ttanimoto\tmces\tmces_lower\tmces_upper\n");
}

TEST(Ranks, WriteARankedQuery) {
  QueryResult result = ranked(3, 12);
  result.name.id = "q\t1";
  result.name.index = 1;
  result.inchikey14 = "LFQSCWFLJHTTHZ";
  result.ties = 1;
  result.score = 0.1F;
  result.best_score = 0.123456789;
  result.best_smiles = "CCO";
  result.tanimoto = 0.25;
  result.mces = FirstDistance{.distance = 15, .lower = 12.5, .upper = 20, .exact = false};
  EXPECT_EQ(to_line(result),
            "q 1\t1\tLFQSCWFLJHTTHZ\t12\t3\t1\t0.1\t0.123456789\tCCO\tok\t0.25\t15\t12.5\t20\n");
}

TEST(Ranks, LeaveAbsentValuesEmpty) {
  QueryResult result = missed(Status::no_precursor);
  result.name.id = "q";
  EXPECT_EQ(to_line(result), "q\t0\t\t0\t\t\t\t\t\tno_precursor\t\t\t\t\n");
}

TEST(Ranks, AreWrittenOneLineForEveryQuery) {
  const test::TemporaryFolder folder;
  write_ranks(folder / "ranks.tsv", std::vector{missed(Status::no_peaks), missed(Status::no_pool)});
  EXPECT_EQ(test::slurp(folder / "ranks.tsv"), ranks_header() +
                                                   "\t0\t\t0\t\t\t\t\t\tno_peaks\t\t\t\t\n"
                                                   "\t0\t\t0\t\t\t\t\t\tno_pool\t\t\t\t\n");
}

TEST(ReportJson, HoldsTheAgreedKeys) {
  auto report = example();
  report.metrics.recall[20] = std::nullopt;
  report.controls.emplace_back("zeroed", Metrics{{{1, 0.1}, {5, 0.2}, {20, 0.3}}, 0.15});
  report.inputs.push_back({"hits", "hits.tsv", "00ff"});
  report.notes = {"a note"};
  const Json json = Json::parse(to_json(report));
  EXPECT_EQ(json.at("schema_version"), 1);
  EXPECT_EQ(json.at("program"), "specbridge " + std::string(program_version()));
  EXPECT_EQ(json.at("queries"), 4);
  EXPECT_EQ(json.at("evaluated"), 2);
  EXPECT_EQ(json.at("missed"), Json::parse(R"({"no_peaks": 1, "truth_not_in_pool": 1})"));
  EXPECT_EQ(json.at("recall"), Json::parse(R"({"1": 0.25, "5": 0.5, "20": null})"));
  EXPECT_EQ(json.at("mrr"), 0.375);
  EXPECT_EQ(json.at("random").at("recall").at("5"), 0.5);
  EXPECT_TRUE(json.at("random").at("mrr").is_number());
  EXPECT_EQ(json.at("pools").at("median"), 4.0);
  EXPECT_EQ(json.at("pools").at("max"), 10);
  EXPECT_EQ(json.at("controls"),
            Json::parse(R"({"zeroed": {"recall": {"1": 0.1, "5": 0.2, "20": 0.3}, "mrr": 0.15}})"));
  EXPECT_EQ(json.at("inputs"),
            Json::parse(R"([{"role": "hits", "path": "hits.tsv", "sha256": "00ff"}])"));
  EXPECT_EQ(json.at("notes"), Json::parse(R"(["a note"])"));
}

TEST(ReportJson, StatesRulesIntervalsAndAnalyses) {
  auto results = two_molecules();
  results[0].tanimoto = 1;
  auto report = summarize(results);
  report.against = compare(results, results, report.settings);
  const Json json = Json::parse(to_json(report));
  EXPECT_EQ(json.at("rules"), Json::parse(R"({"identity": "inchikey14", "ties": "worst",
                                              "duplicates": "merged", "protocol": null})"));
  EXPECT_EQ(json.at("intervals").at("recall").at("1").at("95"), Json::parse("[0.0, 1.0]"));
  EXPECT_EQ(json.at("intervals").at("method"), "percentile bootstrap");
  EXPECT_EQ(json.at("intervals").at("resampled"), "molecules");
  EXPECT_EQ(json.at("macro").at("molecules"), 2);
  EXPECT_EQ(json.at("macro").at("recall").at("1"), 0.5);
  EXPECT_EQ(json.at("median_rank"), 1.0);
  EXPECT_EQ(json.at("tanimoto_at_1"),
            Json::parse(R"({"mean": 1.0, "queries": 1, "mean_on_misses": null, "misses": 0})"));
  EXPECT_EQ(json.at("analyses").at("pool_size_sweep").at(0).at("pool_size"), 1);
  EXPECT_EQ(json.at("analyses").at("rank_histogram").at(0),
            Json::parse(R"({"first": 1, "last": 1, "queries": 3})"));
  EXPECT_EQ(json.at("against").at("difference").at("p_value").at("mrr"), 1.0);
}

TEST(ReportTable, AlignsFiguresAndNamesWhatWasMissed) {
  auto report = example();
  report.metrics.recall[20] = std::nullopt;
  report.controls.emplace_back("zeroed", Metrics{{{1, 0.1}, {5, 0.2}, {20, 0.3}}, 0.15});
  report.notes = {"a note"};
  report.intervals.recall.erase(20);
  report.intervals.recall.at(1) = {{0.125, 0.3754}, {0, 1}, 1};
  EXPECT_EQ(to_table(report),
            "             model            95 %  molecules  random  zeroed   found\n"
            "Recall@1    25.0 %    [12.5, 37.5]     25.0 %  18.8 %  10.0 %  1 of 4\n"
            "Recall@5    50.0 %    [50.0, 50.0]     50.0 %  50.0 %  20.0 %  2 of 4\n"
            "Recall@20  unknown                     50.0 %  50.0 %  30.0 %\n"
            "MRR          0.375  [0.375, 0.375]      0.375   0.318   0.150\n"
            "\n"
            "queries              4\n"
            "evaluated            2\n"
            "missed               2\n"
            "  no_peaks           1\n"
            "  truth_not_in_pool  1\n"
            "\n"
            "pool sizes: mean 5.3, median 4.0, largest 10\n"
            "median rank unknown (a miss); 1 molecules; structures told by inchikey14, ties worst; "
            "intervals over molecules, 20,000 draws, seed 1\n"
            "note: a note\n");
}

TEST(ReportTable, ShowsTheDifferenceToAnotherTable) {
  const auto ours = two_molecules();
  auto theirs = ours;
  for (auto& result : theirs) result.rank = 5;
  ReportSettings settings;
  settings.cutoffs = {1};
  settings.bootstrap.resamples = 0;
  auto report = summarize(ours, settings);
  report.against = compare(ours, theirs, settings);
  EXPECT_THAT(to_table(report), testing::HasSubstr("          model  against  difference  95 %  p\n"
                                                   "Recall@1  75.0 %    0.0 %     +75.0 %\n"
                                                   "MRR        0.800    0.200      +0.600\n"));
}

TEST(Fingerprint, IsTheSha256OfTheFile) {
  const test::TemporaryFolder folder;
  const auto input = fingerprint("hits", folder.write("hits.tsv", "abc"));
  EXPECT_EQ(input.role, "hits");
  // FIPS 180-4, the example "abc".
  EXPECT_EQ(input.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace specbridge
