#include "specbridge/eval/pool_analyzer.h"

#include <gtest/gtest.h>

#include <numeric>

#include "specbridge/chem/morgan.h"
#include "unit/eval/structures.h"

namespace specbridge {
namespace {

using test::molecule;
using test::truth;

double similarity(const std::string& a, const std::string& b) {
  return tanimoto(morgan_bits(molecule(a)), morgan_bits(molecule(b)));
}

/// Observes one pool of molecules with these scores; the truth is the first.
QueryResult observe(PoolAnalyzer& analyzer, const std::vector<std::string>& smiles,
                    const std::vector<float>& scores) {
  std::vector<Molecule> molecules;
  std::vector<std::size_t> pool;
  for (const auto& text : smiles) {
    pool.push_back(molecules.size());
    molecules.push_back(molecule(text));
  }
  return score_pool(truth(0, molecules.front()), molecules, &pool, scores, {{}, &analyzer});
}

PoolAnalyzer analyzer(TieRule ties = TieRule::worst, HardnessRun hardness = HardnessRun::skip) {
  return PoolAnalyzer({{}, ties, PoolSpelling::standardised, hardness, 1});
}

std::size_t total(const Histogram& histogram) {
  return std::accumulate(histogram.counts().begin(), histogram.counts().end(), std::size_t{0});
}

TEST(PoolAnalyzer, ComparesTheFirstStructureWithTheTruth) {
  auto worst = analyzer();
  EXPECT_DOUBLE_EQ(*observe(worst, {"CCO", "CCN", "CCCC"}, {0.1F, 0.9F, 0.2F}).tanimoto,
                   similarity("CCO", "CCN"));
  EXPECT_EQ(observe(worst, {"CCO", "CCN"}, {0.9F, 0.2F}).tanimoto, 1.0);
}

TEST(PoolAnalyzer, CombinesStructuresThatShareTheBestScoreAsTheTieRuleSays) {
  const std::vector<std::string> smiles = {"CCO", "CCN", "CCCC"};
  const std::vector<float> scores = {0.9F, 0.9F, 0.2F};
  auto worst = analyzer(TieRule::worst), expected = analyzer(TieRule::expected),
       best = analyzer(TieRule::best);
  const double other = similarity("CCO", "CCN");
  EXPECT_DOUBLE_EQ(*observe(worst, smiles, scores).tanimoto, other);
  EXPECT_DOUBLE_EQ(*observe(expected, smiles, scores).tanimoto, (1 + other) / 2);
  EXPECT_DOUBLE_EQ(*observe(best, smiles, scores).tanimoto, 1);
}

TEST(PoolAnalyzer, MeasuresTheNearestDecoyWhenAsked) {
  auto hard = analyzer(TieRule::worst, HardnessRun::measure);
  const auto result = observe(hard, {"CCO", "CCN", "CCCO"}, {0.1F, 0.9F, 0.2F});
  EXPECT_DOUBLE_EQ(*result.hardness, std::max(similarity("CCO", "CCN"), similarity("CCO", "CCCO")));
  EXPECT_FALSE(observe(hard, {"CCO"}, {0.1F}).hardness);
  auto easy = analyzer();
  EXPECT_FALSE(observe(easy, {"CCO", "CCN"}, {0.1F, 0.9F}).hardness);
}

TEST(PoolAnalyzer, CollectsTheCosinesOfTruthsAndDecoys) {
  auto collected = analyzer();
  EXPECT_FALSE(collected.separation());
  observe(collected, {"CCO", "CCN", "CCCO"}, {1.0000001F, -0.9F, 0.2F});
  observe(collected, {"CCO", "CCN"}, {0.5F, -2});  // the encoder could not place CCN
  EXPECT_EQ(total(collected.separation()->truths), 2U);
  EXPECT_EQ(total(collected.separation()->decoys), 2U);
}

TEST(PoolAnalyzer, ShowsNoSeparationOfScoresThatAreNoCosines) {
  auto collected = analyzer();
  observe(collected, {"CCO", "CCN"}, {12.5F, 3});
  EXPECT_FALSE(collected.separation());
}

TEST(PoolAnalyzer, StandardisesWhatAnotherProgramWrote) {
  PoolAnalyzer other({{}, TieRule::worst, PoolSpelling::as_written, HardnessRun::measure, 2});
  const std::vector<ScoredCandidate> structures = {{"A", "OCC.Cl", 0.5}, {"B", "C(", 0.1}};
  QueryResult result;
  result.rank = 1;
  other.observe(truth(0, molecule("CCO")), structures, result);
  EXPECT_EQ(result.tanimoto, 1.0);
  EXPECT_EQ(result.hardness, 1.0);  // neither key is the truth's; what cannot be read is left out
}

}  // namespace
}  // namespace specbridge
