#include "eval/distance_of_best.h"

#include <gtest/gtest.h>

#include "specbridge/mces_options.h"
#include "specbridge/tie_rule.h"
#include "unit/eval/structures.h"

namespace specbridge {
namespace {

using test::molecule;
using test::truth;

/// A pool of molecules with these scores; the truth is the first.
QueryResult scored(const std::vector<std::string>& smiles, const std::vector<float>& scores) {
  std::vector<Molecule> molecules;
  std::vector<std::size_t> pool;
  for (const auto& text : smiles) {
    pool.push_back(molecules.size());
    molecules.push_back(molecule(text));
  }
  return score_pool(truth(0, molecules.front()), molecules, &pool, scores);
}

FirstDistance distance_of(QueryResult result, TieRule ties = TieRule::worst,
                          const McesOptions& options = {}) {
  std::vector results = {std::move(result)};
  add_first_distances(results, options, ties, {});
  return results.front().mces.value();
}

TEST(FirstDistances, CompareTheFirstStructureWithTheTruth) {
  // Acetone and its enol: one double bond has moved.
  EXPECT_EQ(distance_of(scored({"CC(C)=O", "C=C(C)O", "CCCO"}, {0.1F, 0.9F, 0.2F})).distance, 2);
  EXPECT_EQ(distance_of(scored({"CC(C)=O", "C=C(C)O"}, {0.9F, 0.1F})).distance, 0);
}

TEST(FirstDistances, OfARightAnswerAreNoneWhateverTautomerItIsSpeltAs) {
  // Paracetamol and its imidic acid, a histidine with the hydrogen at either nitrogen.
  QueryResult amide = scored({"CC(=O)Nc1ccc(O)cc1", "CCO"}, {0.9F, 0.1F});
  amide.first.truth = "CC(O)=Nc1ccc(O)cc1";
  EXPECT_EQ(distance_of(amide).distance, 0);
  QueryResult histidine = scored({"NC(Cc1c[nH]cn1)C(=O)O", "CCO"}, {0.9F, 0.1F});
  histidine.first.truth = "NC(Cc1cnc[nH]1)C(=O)O";
  EXPECT_EQ(distance_of(histidine).distance, 0);
  EXPECT_TRUE(distance_of(histidine).exact);
}

TEST(FirstDistances, OfARightAnswerAreNoneWhereATableGivesItsKeyOnly) {
  QueryResult result = scored({"CCO", "CCN"}, {0.9F, 0.1F});
  result.first.truth = "";
  EXPECT_EQ(distance_of(result).distance, 0);
}

TEST(FirstDistances, OfATautomerThatCountsAsAnotherStructureAreNone) {
  QueryResult result = scored({"CC(=O)Nc1ccc(O)cc1", "CCO"}, {0.1F, 0.9F});
  result.first.others = {"CC(O)=Nc1ccc(O)cc1"};
  EXPECT_EQ(distance_of(result).distance, 0);
}

TEST(FirstDistances, CombineStructuresThatShareTheBestScoreAsTheTieRuleSays) {
  const auto tied = scored({"CC(C)=O", "C=C(C)O", "CCC"}, {0.9F, 0.9F, 0.1F});
  EXPECT_EQ(distance_of(tied, TieRule::worst).distance, 2);
  EXPECT_EQ(distance_of(tied, TieRule::expected).distance, 1);
  EXPECT_EQ(distance_of(tied, TieRule::best).distance, 0);
}

TEST(FirstDistances, StandardiseTheSpellingOfTables) {
  QueryResult result = scored({"CC(=O)O", "CCO"}, {0.1F, 0.9F});
  result.first.others = {"[Na+].CC(=O)[O-]"};
  EXPECT_EQ(distance_of(result).distance, 0);
}

TEST(FirstDistances, KeepTheProvenInterval) {
  McesOptions short_search;
  short_search.threshold.reset();
  short_search.max_nodes = 1;
  const auto first = distance_of(scored({"CCCCC(CC)COC(=O)c1ccccc1C(=O)OCC(CC)CCCC",
                                         "CCCCCCCCOC(=O)c1ccc(C(=O)OCC(C)CCCCC)cc1"},
                                        {0.1F, 0.9F}),
                                 TieRule::worst, short_search);
  EXPECT_LE(first.lower, first.upper);
  EXPECT_EQ(first.exact, first.lower == first.upper);
}

TEST(FirstDistances, LeaveOutWhatHasNoFirstStructure) {
  std::vector results = {missed_query(truth(0, molecule("CCO")), Status::no_pool)};
  add_first_distances(results, {}, TieRule::worst, {});
  EXPECT_FALSE(results.front().mces);
}

TEST(FirstDistances, LeaveOutAFirstStructureThatIsNoMolecule) {
  std::vector results = {scored({"CCO", "CCN"}, {0.1F, 0.9F})};
  results.front().first.others = {"no molecule"};
  add_first_distances(results, {}, TieRule::worst, {});
  EXPECT_FALSE(results.front().mces);
}

// Heptanol shares the best score with propanol, four bonds away, and with ethanol, five.
TEST(FirstDistances, TellWhatIsFirstWhereTheTruthIsNot) {
  const auto tied = scored({"CCCCCCCO", "CCCO", "CCO", "CO"}, {0.5F, 0.5F, 0.5F, 0.1F});
  EXPECT_EQ(distance_of(tied, TieRule::expected).on_miss, 4.5);
  EXPECT_EQ(distance_of(tied, TieRule::expected).distance, 3);
  EXPECT_EQ(distance_of(tied, TieRule::worst).on_miss, 5);
  EXPECT_EQ(distance_of(tied, TieRule::worst).distance, 5);
  EXPECT_EQ(distance_of(tied, TieRule::best).distance, 0);
  EXPECT_EQ(distance_of(scored({"CO", "CCCO"}, {0.1F, 0.9F})).on_miss, std::nullopt);
  EXPECT_EQ(distance_of(scored({"CO", "CCCO"}, {0.9F, 0.1F})).on_miss, std::nullopt);
}

TEST(FirstDistances, WeighASelectionOfManyFirstStructuresAsAllOfThem) {
  QueryResult result = scored({"CCCCCO", "CCO"}, {0.5F, 0.5F});
  result.first.tied = 99;
  EXPECT_EQ(distance_of(result, TieRule::expected).on_miss, 3);
  EXPECT_DOUBLE_EQ(distance_of(result, TieRule::expected).distance, 2.97);
}

TEST(FirstDistances, AreTheSameOnTwoThreads) {
  std::vector<QueryResult> one, two;
  for (int i = 0; i < 20; ++i) {
    one.push_back(
        scored({"CC(C)Cc1ccc(cc1)C(C)C(=O)O", std::string(static_cast<std::size_t>(i) + 1, 'C')},
               {0.1F, 0.9F}));
  }
  two = one;
  RunContext threads;
  threads.threads = 2;
  add_first_distances(one, {}, TieRule::worst, {});
  add_first_distances(two, {}, TieRule::worst, threads);
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].mces->distance, two[i].mces->distance);
    EXPECT_EQ(one[i].mces->lower, two[i].mces->lower);
  }
}

}  // namespace
}  // namespace specbridge
