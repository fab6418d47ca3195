#include "eval/query_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eval/hits_scorer.h"
#include "support/support.h"
#include "unit/eval/structures.h"

namespace specbridge {
namespace {

using test::key;
using test::structure;
using test::truth;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kBoth = "query_id\tquery_index\tinchikey14\tscore\tcandidates\n";

std::string named_row(const std::string& id, std::size_t index, std::size_t n) {
  return id + "\t" + std::to_string(index) + "\t" + key(n) + "\t1\t1\n";
}

HitsScores scores_for(const std::vector<TruthRecord>& truths, const std::string& table,
                      const std::string& file = "hits.tsv") {
  const test::TemporaryFolder folder;
  return HitsScorer(truths).score(folder.write(file, table), RunContext{});
}

std::string complaint_about(const std::vector<TruthRecord>& truths, const std::string& table,
                            const std::string& file = "hits.tsv") {
  const test::TemporaryFolder folder;
  const auto path = folder.write(file, table);
  const std::string message =
      test::message_of([&] { HitsScorer(truths).score(path, RunContext{}); });
  return file + message.substr(std::min(message.size(), path.string().size()));
}

TEST(QueryPlaces, GoByNameWhereNumbersAreOfAnotherFileAndEveryNameIsThere) {
  const std::vector<TruthRecord> truths = {truth(0, structure(0)), truth(1, structure(1))};
  const auto scores = scores_for(truths, kBoth + named_row("q0", 1, 0) + named_row("q1", 2, 1));
  EXPECT_EQ(scores.results[0].rank, 1U);
  EXPECT_EQ(scores.results[1].rank, 1U);
  EXPECT_THAT(scores.notes, ElementsAre("query_index 1 is \"q0\" in the hits and \"q1\" in the "
                                        "truth: queries were found by query_id; query_index is of "
                                        "another file"));
}

TEST(QueryPlaces, SayNothingWhereNumbersAndNamesAgree) {
  EXPECT_THAT(scores_for({truth(0, structure(0))}, kBoth + named_row("q0", 0, 0)).notes, IsEmpty());
}

TEST(QueryPlaces, RefuseATableOfRecordsThatTheTruthDoesNotHave) {
  EXPECT_EQ(complaint_about({truth(0, structure(0))}, kBoth + named_row("other", 0, 0)),
            "hits.tsv:2: query_index 0 is \"other\" in the hits and \"q0\" in the truth, which has "
            "no \"other\"; give the spectra that were searched as --truth, or leave out the column "
            "query_id if the numbers are right");
}

TEST(QueryPlaces, RefuseATableOfWhichOnlySomeNamesAreThere) {
  EXPECT_THAT(complaint_about({truth(0, structure(0)), truth(1, structure(1))},
                              kBoth + named_row("q1", 0, 0) + named_row("x", 1, 0)),
              HasSubstr("hits.tsv:3: query_index 1 is \"x\" in the hits and \"q1\" in the truth"));
}

TEST(QueryPlaces, RefuseContradictionsWhereTwoTruthsShareAName) {
  std::vector<TruthRecord> truths = {truth(0, structure(0)), truth(1, structure(0)),
                                     truth(2, structure(0))};
  truths[1].name.id = "q0";
  EXPECT_THAT(complaint_about(truths, kBoth + named_row("q2", 0, 0)),
              HasSubstr("of which two records are called \"q0\"; give the spectra"));
  EXPECT_THAT(scores_for(truths, kBoth + named_row("q0", 0, 0) + named_row("q0", 1, 0)).notes,
              IsEmpty());
}

TEST(QueryPlaces, TakeRecordsWithoutANameForThoseOfTheirNumber) {
  std::vector<TruthRecord> truths = {truth(0, structure(0))};
  truths[0].name.id = "renamed.mgf:1";
  EXPECT_EQ(scores_for(truths, kBoth + named_row("run.mgf:1", 0, 0)).results[0].rank, 1U);
}

TEST(QueryPlaces, RefuseAnotherPrecursorUnderTheSameName) {
  std::vector<TruthRecord> truths = {truth(0, structure(0))};
  truths[0].traits.precursor_mz = 195.0877;
  const std::string header = "query_id\tprecursor_mz\tinchikey14\tscore\n";
  EXPECT_EQ(
      complaint_about(truths, header + "q0\t411.2\t" + key(0) + "\t1\n"),
      "hits.tsv:2: query 0 (\"q0\") has the precursor m/z 411.2000 in the hits and 195.0877 in "
      "the truth; are these hits of another file?");
  EXPECT_EQ(scores_for(truths, header + "q0\t196.1\t" + key(0) + "\t1\n").results[0].rank, 1U);
}

TEST(QueryPlaces, KnowRecordsByTheFeatureThatTheyState) {
  std::vector<TruthRecord> truths = {truth(0, structure(0)), truth(1, structure(1))};
  truths[1].name.others.feature_id = "77";
  EXPECT_EQ(scores_for(truths,
                       "mappingFeatureId\tInChIkey2D\tCSI:FingerIDScore\n77\t" + key(1) + "\t-3\n")
                .results[1]
                .rank,
            1U);
}

TEST(QueryPlaces, TakeATableWithoutNamesForTheRecordThatTheFileIsCalledAfter) {
  const std::string table = "SMILES,InChIKey1,Score\n," + key(1) + ",2\n";
  EXPECT_EQ(
      scores_for({truth(0, structure(0)), truth(1, structure(1))}, table, "q1.csv").results[1].rank,
      1U);
  EXPECT_EQ(scores_for({truth(0, structure(1))}, table, "any.csv").results[0].rank, 1U);
  EXPECT_EQ(
      complaint_about({truth(0, structure(0)), truth(1, structure(1))}, table, "any.csv"),
      "any.csv: no column says whose hits these are (query_index, query_id, mappingFeatureId "
      "...), and none of the 2 MS2 records of the truth is called \"any\"; add query_index or "
      "query_id, or call the file as the record");
}

TEST(HitsOfOtherPrograms, MayLeaveRowsOfAQueryApart) {
  std::vector<TruthRecord> truths = {truth(0, structure(0)), truth(1, structure(1))};
  const auto scores =
      scores_for(truths, "query_spectrum_nr,inchikey,ms2query_model_prediction\n2," + key(0) +
                             ",0.9\n1," + key(0) + ",0.8\n2," + key(1) + ",0.7\n");
  EXPECT_EQ(scores.results[0].rank, 1U);
  EXPECT_EQ(scores.results[1].rank, 2U);
}

TEST(HitsOfOtherPrograms, MayBeAFolderOfOneTableASpectrum) {
  const test::TemporaryFolder folder;
  const std::string header = "InChIKey1,Score\n";
  folder.write("q1.csv", header + key(1) + ",2\n");
  folder.write("q0.csv", header + key(1) + ",2\n" + key(0) + ",1\n");
  folder.write("notes.md", "none");
  const HitsScorer scorer({truth(0, structure(0)), truth(1, structure(1))});
  const auto scores = scorer.score(folder.path(), RunContext{});
  EXPECT_EQ(scores.results[0].rank, 2U);
  EXPECT_EQ(scores.results[1].rank, 1U);
  EXPECT_EQ(scores.notes.size(), 1U);
  folder.write("z.tsv", "query_id\tinchikey14\tscore\nq1\t" + key(1) + "\t1\n");
  EXPECT_THAT(test::message_of([&] { scorer.score(folder.path(), RunContext{}); }),
              HasSubstr("z.tsv:2: query 1 (\"q1\") had rows further up"));
}

TEST(QueryPlaces, RefuseQueriesThatAreNoTruth) {
  const std::vector<TruthRecord> truths = {truth(0, structure(0))};
  EXPECT_EQ(
      complaint_about(truths, "query_index\tinchikey14\tscore\n3\t" + key(0) + "\t1\n"),
      "hits.tsv:2: query_index 3 is no MS2 record of the truth, which has 1; are these hits of "
      "another file?");
  EXPECT_EQ(
      complaint_about(truths, "query_id\tinchikey14\tscore\nx\t" + key(0) + "\t1\n"),
      "hits.tsv:2: query_id \"x\" is no MS2 record of the truth, which has 1; are these hits of "
      "another file?");
}

TEST(QueryPlaces, TellThatNumbersStartAtZeroWhereTheyBeginAtOne) {
  const std::vector<TruthRecord> truths = {truth(0, structure(0)), truth(1, structure(1))};
  EXPECT_EQ(complaint_about(truths, "query_index\tinchikey14\tscore\n1\t" + key(0) + "\t1\n2\t" +
                                        key(1) + "\t1\n"),
            "hits.tsv:3: query_index 2 is no MS2 record of the truth, which has 2; it counts from "
            "0: subtract 1 if yours counts from 1");
}

TEST(QueryPlaces, RefuseNamesThatTwoTruthsShare) {
  std::vector<TruthRecord> truths = {truth(0, structure(0)), truth(1, structure(0))};
  truths[1].name.id = "q0";
  EXPECT_EQ(
      complaint_about(truths, "query_id\tinchikey14\tscore\nq0\t" + key(0) + "\t1\n"),
      "hits.tsv: has no column query_index, but two records of the truth are called \"q0\"; add "
      "query_index, the number of the MS2 record from 0");
}

}  // namespace
}  // namespace specbridge
