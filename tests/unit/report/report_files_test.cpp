#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "eval/ranks_table.h"
#include "report/intervals.h"
#include "report/json.h"
#include "report/report.h"
#include "report/table.h"
#include "specbridge/version.h"
#include "support/support.h"
#include "unit/report/results.h"

namespace specbridge {
namespace {

using namespace test;

TEST(Summary, TellsTheKindOfDistance) {
  McesOptions exact;
  exact.threshold.reset();
  const auto table = to_table(summarize(std::vector{distant(2, 4)}, with_distances(exact)));
  EXPECT_THAT(table, testing::HasSubstr("MCES@1 exact: 1 query, of them 1 miss; 0 distances "
                                        "beyond the threshold, 0 given\n  up\n"));
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
            "             model            95 %   found  molecules  random  zeroed\n"
            "Recall@1    25.0 %    [12.5, 37.5]  1 of 4     25.0 %  18.8 %  10.0 %\n"
            "Recall@5    50.0 %    [50.0, 50.0]  2 of 4     50.0 %  50.0 %  20.0 %\n"
            "Recall@20  unknown                             50.0 %  50.0 %  30.0 %\n"
            "MRR          0.375  [0.375, 0.375]              0.375   0.318   0.150\n"
            "\n"
            "queries              4\n"
            "evaluated            2\n"
            "missed               2\n"
            "  no_peaks           1\n"
            "  truth_not_in_pool  1\n"
            "\n"
            "pool sizes: mean 5.3, median 4.0, largest 10\n"
            "median rank unknown (a miss); 1 molecule; structures told by inchikey14, ties\n"
            "  worst; intervals over molecules, 20,000 draws, seed 1\n"
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
