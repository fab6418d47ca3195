#include "eval/hits_scorer.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eval/ranks_table.h"
#include "specbridge/eval_settings.h"
#include "support/support.h"
#include "unit/eval/structures.h"

namespace specbridge {
namespace {

using test::key;
using test::molecule;
using test::structure;
using test::truth;
using test::unusable_truth;
using testing::ElementsAre;
using testing::IsEmpty;

HitsScores scores_of(const std::vector<TruthRecord>& truths, const std::string& table) {
  const test::TemporaryFolder folder;
  return HitsScorer(truths).score(folder.write("hits.tsv", table), RunContext{});
}

QueryResult result_of(const TruthRecord& record, const std::string& table) {
  return scores_of({record}, table).results.at(0);
}

std::string complaint(const std::vector<TruthRecord>& truths, const std::string& table) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("hits.tsv", table);
  const std::string message =
      test::message_of([&] { HitsScorer(truths).score(path, RunContext{}); });
  return "hits.tsv" + message.substr(std::min(message.size(), path.string().size()));
}

/// A table with keys 0, 1, ... "score" of query 0.
const std::string kByKey = "query_index\tinchikey14\tscore\tcandidates\n";

std::string row(std::size_t query, std::size_t n, const std::string& score,
                const std::string& candidates) {
  return std::to_string(query) + "\t" + key(n) + "\t" + score + "\t" + candidates + "\n";
}

TEST(HitsScorer, RanksByScoreWithTiesAgainstTheTruth) {
  const auto result =
      result_of(truth(0, structure(1)),
                kByKey + row(0, 0, "0.9", "3") + row(0, 1, "0.5", "3") + row(0, 2, "0.5", "3"));
  EXPECT_EQ(result.rank, 3U);
  EXPECT_EQ(result.ties, 1U);
  EXPECT_EQ(result.score, 0.5);
  EXPECT_EQ(result.best_score, 0.9);
  EXPECT_EQ(result.pool_size, 3U);
  EXPECT_TRUE(result.complete);
}

TEST(HitsScorer, PrefersScoresToRanks) {
  const auto result =
      result_of(truth(0, structure(1)), "query_index\tinchikey14\tscore\trank\n0\t" + key(0) +
                                            "\t0.1\t1\n0\t" + key(1) + "\t0.2\t2\n");
  EXPECT_EQ(result.rank, 1U);
}

TEST(HitsScorer, SaysWhereRanksContradictScores) {
  const std::string header = "query_index\tinchikey14\tscore\trank\tcandidates\n";
  const auto contradiction =
      "1 list has a first rank that is not that of its highest score: scores decide, higher is "
      "better; leave the column out where lower is better";
  EXPECT_THAT(scores_of({truth(0, structure(1))},
                        header + "0\t" + key(0) + "\t0.1\t1\t2\n0\t" + key(1) + "\t0.2\t2\t2\n")
                  .notes,
              ElementsAre(contradiction));
  EXPECT_THAT(scores_of({truth(0, structure(1))},
                        header + "0\t" + key(0) + "\t0.2\t1\t2\n0\t" + key(1) + "\t0.1\t2\t2\n")
                  .notes,
              IsEmpty());
}

TEST(HitsScorer, KnowsTheMoleculeInASaltWhateverTheKeyOfTheSalt) {
  for (const std::string salt : {"CCCCCC(=O)[O-].[Na+]", "CCCCCC(=O)O[Na]", "[K]OC(=O)CCCCC"}) {
    const auto result =
        result_of(truth(0, molecule("CCCCCC(=O)O")),
                  "query_index\tsmiles\tinchikey14\tscore\n0\t" + salt + "\tUDWXLZLRRVQONG\t0.5\n");
    EXPECT_EQ(result.rank, 1U) << salt;
  }
}

TEST(HitsScorer, OrdersByRankWhereThereAreNoScores) {
  const auto result = result_of(
      truth(0, structure(1)), "query_index\tinchikey14\trank\n0\t" + key(0) + "\t1\n0\t" + key(1) +
                                  "\t2\n0\t" + key(2) + "\t2\n0\t" + key(3) + "\t4\n");
  EXPECT_EQ(result.rank, 3U);
  EXPECT_EQ(result.ties, 1U);
  EXPECT_FALSE(result.score);
  EXPECT_FALSE(result.best_score);
}

TEST(HitsScorer, OrdersByRankWhereTheScoresAreEmpty) {
  const auto result =
      result_of(truth(0, structure(1)), "query_index\tinchikey14\tscore\trank\n0\t" + key(0) +
                                            "\t\t1\n0\t" + key(1) + "\t\t2\n");
  EXPECT_EQ(result.rank, 2U);
}

TEST(HitsScorer, FindsQueriesByTheirName) {
  const auto scores =
      scores_of({truth(0, structure(0)), truth(1, structure(1))},
                "query_id\tinchikey14\tscore\nq1\t" + key(1) + "\t1\nq0\t" + key(1) + "\t1\n");
  EXPECT_EQ(scores.results[0].status, Status::beyond_k);
  EXPECT_EQ(scores.results[1].rank, 1U);
}

TEST(HitsScorer, KnowsAStructureInAnySpelling) {
  const auto result = result_of(
      truth(0, molecule("OC(=O)c1ccccc1OC(C)=O")),
      "query_index\tsmiles\tscore\n0\tCC(=O)OC1=CC=CC=C1C(=O)O\t0.5\n0\tOCC\t0.4\n0\tCCO\t0.3\n");
  EXPECT_EQ(result.rank, 1U);
  EXPECT_EQ(result.pool_size, 2U);
  EXPECT_EQ(result.best_smiles, molecule("OC(=O)c1ccccc1OC(C)=O").smiles());
}

TEST(HitsScorer, CountsSmilesThatAreNoMoleculesAsWrongStructures) {
  const auto scores =
      scores_of({truth(0, molecule("CCO"))},
                "query_index\tsmiles\tscore\n0\tnot a molecule\t0.5\n0\tOCC\t0.4\n");
  EXPECT_EQ(scores.results[0].rank, 2U);
  EXPECT_EQ(scores.results[0].best_smiles, "not a molecule");
  EXPECT_THAT(scores.notes,
              testing::Contains("1 SMILES of the hits is no molecule and counts as a wrong "
                                "structure; the first is \"not a molecule\""));
}

TEST(HitsScorer, TellsATruthOutsideThePoolFromOneBeyondTheList) {
  const TruthRecord record = truth(0, structure(4));
  EXPECT_EQ(result_of(record, kByKey + row(0, 0, "1", "2") + row(0, 1, "0", "2")).status,
            Status::truth_not_in_pool);
  const auto beyond = result_of(record, kByKey + row(0, 0, "1", "9") + row(0, 1, "0", "9"));
  EXPECT_EQ(beyond.status, Status::beyond_k);
  EXPECT_EQ(beyond.pool_size, 9U);
  EXPECT_EQ(beyond.listed, 2U);
  EXPECT_FALSE(beyond.complete);
}

TEST(HitsScorer, DoesNotTakeRepeatedStructuresForACompleteList) {
  EXPECT_FALSE(
      result_of(truth(0, structure(0)), kByKey + row(0, 0, "1", "2") + row(0, 0, "0.5", "2"))
          .complete);
}

TEST(HitsScorer, HoldsListsOfUnknownPoolsForIncomplete) {
  const auto scores =
      scores_of({truth(0, structure(0))}, "query_index\tinchikey14\tscore\n0\t" + key(0) + "\t1\n");
  EXPECT_FALSE(scores.results[0].complete);
  EXPECT_EQ(scores.results[0].pool_size, 1U);
  EXPECT_THAT(
      scores.notes,
      ElementsAre("1 list does not say how many candidates were ranked: a random order is that of "
                  "the structures listed, Recall@K beyond the end of a list is not known"));
}

TEST(HitsScorer, KeepsTheReasonOfAQueryWithoutHits) {
  const auto scores = scores_of({truth(0, structure(0)), truth(1, structure(1))},
                                "query_index\tsmiles\tscore\tstatus\n0\t\t\tno_precursor\n");
  EXPECT_EQ(scores.results[0].status, Status::no_precursor);
  EXPECT_FALSE(scores.results[0].rank);
  EXPECT_EQ(scores.results[1].status, Status::not_in_hits);
  EXPECT_THAT(scores.notes, IsEmpty());
}

TEST(HitsScorer, KeepsTheReasonOfATruthThatCannotBeUsed) {
  const auto scores =
      scores_of({unusable_truth(0, Status::bad_structure), unusable_truth(1, Status::ok)},
                kByKey + row(0, 0, "1", "1"));
  EXPECT_EQ(scores.results[0].status, Status::bad_structure);
  EXPECT_EQ(scores.results[1].status, Status::no_structure);
}

TEST(HitsScorer, GivesResultsInTheOrderOfTheTruths) {
  const auto scores = scores_of({truth(5, structure(0)), truth(2, structure(1))},
                                kByKey + row(2, 1, "1", "1") + row(5, 0, "1", "1"));
  EXPECT_EQ(scores.results[0].name.index, 5U);
  EXPECT_EQ(scores.results[1].name.index, 2U);
}

TEST(HitsScorer, DoesNotDependOnTheOrderOfRows) {
  const std::vector<std::string> rows = {row(0, 0, "0.9", "3"), row(0, 1, "0.5", "3"),
                                         row(0, 2, "0.5", "3")};
  const TruthRecord record = truth(0, structure(1));
  const auto forward = result_of(record, kByKey + rows[0] + rows[1] + rows[2]);
  const auto backward = result_of(record, kByKey + rows[2] + rows[1] + rows[0]);
  EXPECT_EQ(forward.rank, backward.rank);
  EXPECT_EQ(forward.best_score, backward.best_score);
}

TEST(HitsScorer, DoesNotDependOnSpellingsAndTheirOrder) {
  const TruthRecord record = truth(0, molecule("CCO"));
  const std::string header = "query_index\tsmiles\tscore\n";
  const auto one = result_of(record, header +
                                         "0\tCCO\t0.5\n0\tc1ccccc1O\t0.75\n"
                                         "0\tCC(=O)O\t0.75\n0\tCOC\t0.25\n");
  const auto other = result_of(record, header +
                                           "0\tO(C)C\t0.25\n0\tOC(C)=O\t0.75\n0\tC(O)C\t0.5\n"
                                           "0\tOC1=CC=CC=C1\t0.75\n0\tOCC\t0.125\n");
  EXPECT_EQ(to_line(one), to_line(other));
  EXPECT_EQ(one.rank, 3U);
  EXPECT_EQ(one.best_smiles, "CC(=O)O");
}

TEST(HitsScorer, NotesTruthsThatShareTheLastScoreOfACutList) {
  const auto scores =
      scores_of({truth(0, structure(0))}, kByKey + row(0, 0, "0.5", "9") + row(0, 1, "0.5", "9"));
  EXPECT_THAT(scores.notes, ElementsAre("1 truth shares the last score of a list that ends before "
                                        "the pool does: its rank may be too good"));
}

TEST(HitsScorer, RefusesRowsOfAQueryThatStandApart) {
  EXPECT_EQ(
      complaint({truth(0, structure(0)), truth(1, structure(0))},
                kByKey + row(0, 0, "1", "2") + row(1, 0, "1", "1") + row(0, 1, "1", "2")),
      "hits.tsv:4: query 0 (\"q0\") had rows further up; rows of one query must stand together, "
      "sort the table by query");
}

TEST(HitsScorer, RefusesAStructureWithoutScoreAndRank) {
  EXPECT_EQ(complaint({truth(0, structure(0))}, kByKey + row(0, 0, "1", "2") + row(0, 1, "", "2")),
            "hits.tsv:3: names a structure without a score, unlike other rows of its query");
  EXPECT_EQ(complaint({truth(0, structure(0))}, kByKey + row(0, 1, "", "2")),
            "hits.tsv:2: names a structure without score or rank");
}

TEST(HitsScorer, RefusesARowThatSaysNothing) {
  EXPECT_EQ(complaint({truth(0, structure(0))}, kByKey + "0\t\t0.5\t1\n"),
            "hits.tsv:2: names no structure (smiles or inchikey14) and no status that says why");
}

TEST(HitsScorer, CountsAnswersThatWereLeftOutAsAMiss) {
  const auto result = result_of(truth(0, structure(0)), kByKey + "0\t\t\t7\n");
  EXPECT_EQ(result.status, Status::left_out);
  EXPECT_EQ(result.pool_size, 7U);
  EXPECT_TRUE(result.complete);
}

TEST(HitsScorer, TellsStructuresByTheirSmilesWhenAsked) {
  const PoolScoring by_smiles{{Identity::smiles, Duplicates::merged}, nullptr};
  const test::TemporaryFolder folder;
  const auto path = folder.write("hits.tsv",
                                 "query_index\tinchikey14\tsmiles\tscore\n"
                                 "0\tAAAAAAAAAAAAAA\tOCC\t0.5\n0\tAAAAAAAAAAAAAA\tC(O)C\t0.4\n"
                                 "0\tAAAAAAAAAAAAAA\tCCN\t0.7\n");
  const auto result =
      HitsScorer({truth(0, molecule("CCO"))}, by_smiles).score(path, RunContext{}).results.at(0);
  EXPECT_EQ(result.rank, 2U);
  EXPECT_EQ(result.pool_size, 2U);
  EXPECT_EQ(test::message_of([&] {
              HitsScorer({truth(0, structure(0))}, by_smiles)
                  .score(folder.write("keys.tsv", kByKey + row(0, 0, "1", "1")), RunContext{});
            }),
            (folder / "keys.tsv").string() +
                ":2: names a structure without SMILES; --identity smiles compares SMILES");
}

TEST(HitsScorer, RefusesTwoTruthsOfOneNumber) {
  EXPECT_THROW(HitsScorer({truth(0, structure(0)), truth(0, structure(1))}), std::logic_error);
}

}  // namespace
}  // namespace specbridge
