#include "eval/scoring.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "specbridge/eval_settings.h"
#include "specbridge/tie_rule.h"
#include "unit/eval/structures.h"

namespace specbridge {
namespace {

using test::key;
using test::structure;
using test::truth;
using test::unusable_truth;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// A candidate whose views stay valid: the keys of a test live as long as the program.
ScoredCandidate candidate(std::size_t n, double score, std::string_view smiles = "C",
                          std::size_t order = 0) {
  static const std::vector<std::string> keys = {key(0), key(1), key(2), key(3), key(4)};
  return {keys.at(n), smiles, score, order};
}

QueryResult rank_candidates(const TruthRecord& truth, std::vector<ScoredCandidate> candidates,
                            const RankingRules& rules = {}) {
  return rank_structures(truth, candidates, rules);
}

TEST(RankCandidates, PutsTheTruthBehindItsTies) {
  const auto result =
      rank_candidates(truth(0, structure(0)),
                      {candidate(0, 0.5), candidate(1, 0.5), candidate(2, 0.9), candidate(3, 0.1)});
  EXPECT_EQ(result.rank, 3U);
  EXPECT_EQ(result.ties, 1U);
  EXPECT_EQ(result.pool_size, 4U);
  EXPECT_EQ(result.status, Status::ok);
}

TEST(RankCandidates, CountsOneStructureOnceWithItsBestScore) {
  const auto result = rank_candidates(
      truth(0, structure(0)), {candidate(0, 0.1), candidate(1, 0.6, "b"), candidate(1, 0.7, "a"),
                               candidate(0, 0.65), candidate(1, 0.2, "c")});
  EXPECT_EQ(result.pool_size, 2U);
  EXPECT_EQ(result.rank, 2U);
  EXPECT_EQ(result.score, 0.65);
  EXPECT_EQ(result.best_score, 0.7);
  EXPECT_EQ(result.best_smiles, "a");
}

TEST(RankCandidates, NamesTheSmallestSmilesAmongEqualBest) {
  const auto result =
      rank_candidates(truth(0, structure(0)),
                      {candidate(2, 0.7, "c"), candidate(1, 0.7, "b"), candidate(1, 0.7, "a")});
  EXPECT_EQ(result.best_smiles, "a");
}

TEST(RankCandidates, NamesTheLowestOrderBeforeTheSmallestSmiles) {
  const auto result = rank_candidates(truth(0, structure(0)),
                                      {candidate(1, 0.7, "a", 2), candidate(2, 0.7, "b", 1)});
  EXPECT_EQ(result.best_smiles, "b");
}

TEST(FirstPlace, HoldsTheTruthApartFromOthersWithTheBestScore) {
  const auto result =
      rank_candidates(truth(0, structure(0)), {candidate(2, 0.7, "b"), candidate(0, 0.7, "c"),
                                               candidate(1, 0.7, "d"), candidate(3, 0.6, "e")});
  EXPECT_EQ(result.first.truth, "c");
  EXPECT_EQ(result.first.others, (std::vector<std::string>{"d", "b"}));  // by key
  EXPECT_EQ(result.first.tied, 2U);
}

TEST(FirstPlace, HasNoTruthThatScoresLower) {
  const auto result =
      rank_candidates(truth(0, structure(0)), {candidate(0, 0.5, "a"), candidate(1, 0.7, "b")});
  EXPECT_EQ(result.first.truth, std::nullopt);
  EXPECT_EQ(result.first.others, (std::vector<std::string>{"b"}));
}

TEST(FirstPlace, SelectsTheSmallestKeysOfMany) {
  std::vector<std::string> keys, names;
  for (std::size_t n = 0; n < 100; ++n) {
    keys.push_back(key(n));
    names.push_back(std::string(n + 1, 'C'));
  }
  std::vector<ScoredCandidate> candidates;
  for (std::size_t n = 100; n > 0; --n) candidates.push_back({keys[n - 1], names[n - 1], 0.5});
  const auto result = rank_candidates(truth(0, structure(50)), candidates);
  EXPECT_EQ(result.first.truth, names[50]);
  EXPECT_EQ(result.first.tied, 99U);
  EXPECT_EQ(result.first.others,
            std::vector<std::string>(names.begin(), names.begin() + kMostFirst));
}

TEST(MissShare, IsTheShareOfOrdersInWhichTheTruthIsNotFirst) {
  QueryResult tied;
  tied.rank = 4;
  tied.ties = 3;
  EXPECT_EQ(miss_share(tied, TieRule::worst), 1);
  EXPECT_EQ(miss_share(tied, TieRule::expected), 0.75);
  EXPECT_EQ(miss_share(tied, TieRule::best), 0);
  EXPECT_EQ(miss_share(QueryResult{}, TieRule::best), 1);
}

TEST(RankCandidates, MissesATruthThatIsNotInThePool) {
  const auto result = rank_candidates(truth(0, structure(4)), {candidate(1, 0.7, "a")});
  EXPECT_FALSE(result.rank);
  EXPECT_FALSE(result.score);
  EXPECT_EQ(result.status, Status::truth_not_in_pool);
  EXPECT_EQ(result.pool_size, 1U);
  EXPECT_EQ(result.best_smiles, "a");
}

TEST(RankCandidates, MissesAnEmptyPool) {
  EXPECT_EQ(rank_candidates(truth(0, structure(0)), {}).status, Status::empty_pool);
}

TEST(RankCandidates, PutsScoresThatAreNoNumbersLast) {
  const auto result = rank_candidates(truth(0, structure(0)),
                                      {candidate(0, -5), candidate(1, kNan), candidate(2, kNan)});
  EXPECT_EQ(result.rank, 1U);
  EXPECT_EQ(result.best_score, -5);
}

TEST(RankCandidates, PutsATruthWithoutANumberBehindEverything) {
  const auto result = rank_candidates(truth(0, structure(0)),
                                      {candidate(0, kNan), candidate(1, kNan), candidate(2, -1)});
  EXPECT_EQ(result.rank, 3U);
  EXPECT_EQ(result.ties, 1U);
  EXPECT_TRUE(std::isnan(*result.score));
}

TEST(RankCandidates, KeepsDuplicatesWhereTheRulesSaySo) {
  const auto result = rank_candidates(truth(0, structure(0)),
                                      {candidate(0, 0.1), candidate(1, 0.6), candidate(1, 0.7),
                                       candidate(0, 0.65), candidate(1, 0.65)},
                                      {Identity::inchikey14, Duplicates::kept});
  EXPECT_EQ(result.pool_size, 5U);
  EXPECT_EQ(result.rank, 3U);  // behind 0.7 and the tie at 0.65
  EXPECT_EQ(result.ties, 1U);
  EXPECT_EQ(result.score, 0.65);
}

TEST(ScorePool, TellsStructuresByTheirSmilesWhenAsked) {
  const std::vector<Molecule> tautomers = {structure(0, "CC(N)=O"), structure(0, "CC(=N)O")};
  const std::vector<std::size_t> pool = {0, 1};
  const std::vector scores = {0.1F, 0.2F};
  const auto by_key = score_pool(truth(0, tautomers[0]), tautomers, &pool, scores);
  const auto by_smiles = score_pool(truth(0, tautomers[0]), tautomers, &pool, scores,
                                    {{Identity::smiles, Duplicates::merged}, nullptr});
  EXPECT_EQ(by_key.rank, 1U);
  EXPECT_EQ(by_key.pool_size, 1U);
  EXPECT_EQ(by_smiles.rank, 2U);
  EXPECT_EQ(by_smiles.pool_size, 2U);
}

TEST(StructureOf, IsTheTruthOrTheQueryItself) {
  const auto known = missed_query(truth(3, structure(1, "CCO")), Status::no_pool);
  EXPECT_EQ(structure_of(known, Identity::inchikey14), key(1));
  EXPECT_EQ(structure_of(known, Identity::smiles), "CCO");
  const auto unknown = missed_query(unusable_truth(3, Status::no_structure), Status::no_structure);
  EXPECT_EQ(structure_of(unknown, Identity::inchikey14), "#3");
}

TEST(ScorePool, RanksTheMoleculesOfThePool) {
  const std::vector<Molecule> molecules = {structure(0, "a"), structure(1, "b"), structure(2, "c")};
  const std::vector<std::size_t> pool = {0, 2};
  const auto result = score_pool(truth(7, structure(2)), molecules, &pool, std::vector{0.1F, 0.2F});
  EXPECT_EQ(result.name.id, "q7");
  EXPECT_EQ(result.name.index, 7U);
  EXPECT_EQ(result.inchikey14, key(2));
  EXPECT_EQ(result.pool_size, 2U);
  EXPECT_EQ(result.rank, 1U);
  EXPECT_EQ(result.score, static_cast<double>(0.2F));
  EXPECT_EQ(result.best_smiles, "c");
  EXPECT_TRUE(result.complete);
}

TEST(ScorePool, SaysWhyAQueryWasNotRanked) {
  const std::vector<std::size_t> empty;
  EXPECT_EQ(score_pool(truth(0, structure(0)), {}, nullptr, {}).status, Status::no_pool);
  EXPECT_EQ(score_pool(truth(0, structure(0)), {}, &empty, {}).status, Status::empty_pool);
  EXPECT_EQ(score_pool(unusable_truth(0, Status::no_peaks), {}, &empty, {}).status,
            Status::no_peaks);
  EXPECT_EQ(score_pool(unusable_truth(0, Status::ok), {}, &empty, {}).status, Status::no_structure);
}

TEST(ScorePool, RefusesScoresThatDoNotFitThePool) {
  const std::vector<std::size_t> pool = {0};
  EXPECT_THROW(score_pool(truth(0, structure(0)), {structure(0)}, &pool, {}), std::logic_error);
}

}  // namespace
}  // namespace specbridge
