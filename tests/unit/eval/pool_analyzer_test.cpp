#include "eval/pool_analyzer.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

#include "base/json.h"
#include "chem/morgan.h"
#include "report/json.h"
#include "report/report.h"
#include "specbridge/eval_settings.h"
#include "specbridge/tie_rule.h"
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

TEST(PoolAnalyzer, ARightAnswerIsTheTruthWhateverTautomerItIsSpeltAs) {
  const Molecule amide = molecule("CC(=O)Nc1ccc(O)cc1");
  const std::vector<Molecule> molecules = {molecule("CC(O)=Nc1ccc(O)cc1"), molecule("CCO")};
  ASSERT_LT(similarity(amide.smiles(), molecules.front().smiles()), 1);
  const std::vector<std::size_t> pool = {0, 1};
  const std::vector<float> scores = {0.9F, 0.1F};
  for (const Identity identity : {Identity::inchikey14, Identity::smiles}) {
    RankingRules rules;
    rules.identity = identity;
    PoolAnalyzer own({rules, TieRule::worst, PoolSpelling::standardised, HardnessRun::skip, 1});
    EXPECT_EQ(score_pool(truth(0, amide), molecules, &pool, scores, {rules, &own}).tanimoto, 1.0);
  }
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

TEST(PoolAnalyzer, TellsWhatIsFirstWhereTheTruthIsNot) {
  auto expected = analyzer(TieRule::expected);
  const auto tied = observe(expected, {"CCO", "CCN", "CCCC"}, {0.9F, 0.9F, 0.9F});
  const double others = (similarity("CCO", "CCN") + similarity("CCO", "CCCC")) / 2;
  EXPECT_DOUBLE_EQ(*tied.tanimoto_on_miss, others);
  EXPECT_DOUBLE_EQ(*tied.tanimoto, (1 + 2 * others) / 3);
  EXPECT_FALSE(observe(expected, {"CCO", "CCN"}, {0.1F, 0.9F}).tanimoto_on_miss);
}

TEST(PoolAnalyzer, ComparesASelectionOfManyFirstStructures) {
  auto expected = analyzer(TieRule::expected);
  std::vector<std::string> smiles;
  for (std::size_t carbons = 1; carbons <= 2 * kMostFirst; ++carbons) {
    smiles.push_back(std::string(carbons, 'C') + "O");
  }
  const auto result = observe(expected, smiles, std::vector<float>(smiles.size(), 0.5F));
  ASSERT_EQ(result.first.others.size(), kMostFirst);
  double sum = 0;
  for (const auto& other : result.first.others) sum += similarity("CO", other);
  EXPECT_NEAR(*result.tanimoto_on_miss, sum / kMostFirst, 1e-12);
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

TEST(PoolAnalyzer, LeavesOutScoresThatAreNoCosinesAndSaysSo) {
  auto collected = analyzer();
  observe(collected, {"CCO", "CCN", "CCCO", "CCCN"}, {0.5F, 0.1F, 0.2F, -0.3F});
  EXPECT_EQ(left_out(*collected.separation()), "");
  observe(collected, {"CCO", "CCN"}, {0.5F, std::numeric_limits<float>::quiet_NaN()});
  EXPECT_EQ(left_out(*collected.separation()),
            "scores of truths and decoys are shown without 1 that are no numbers");
  observe(collected, {"CCO", "CCN"}, {0.5F, 3});
  EXPECT_EQ(left_out(*collected.separation()),
            "scores of truths and decoys are shown without 1 that are no numbers and 1 outside of "
            "-1 to 1");
  EXPECT_TRUE(is_of_cosines(*collected.separation()));
  EXPECT_EQ(total(collected.separation()->truths), 3U);
  EXPECT_EQ(total(collected.separation()->decoys), 3U);
}

TEST(PoolAnalyzer, ShowsNoSeparationOfScoresThatAreNoCosines) {
  auto collected = analyzer();
  observe(collected, {"CCO", "CCN", "CCC"}, {12.5F, 3, 0.5F});
  EXPECT_FALSE(is_of_cosines(*collected.separation()));
  EXPECT_EQ(left_out(*collected.separation()),
            "scores are not shown for truths and decoys: 2 of them are outside of -1 to 1, so "
            "these are no cosines");
}

TEST(Report, SaysWhichScoresItsAnalysesLeaveOut) {
  auto collected = analyzer();
  std::vector results = {observe(collected, {"CCO", "CCN"}, {12.5F, 3})};
  auto report = summarize(results);
  report.analyses.separation = collected.separation();
  const auto json = Json::parse(to_json(report));
  EXPECT_FALSE(json["analyses"].contains("separation"));
  EXPECT_EQ(json["notes"].back(), left_out(*report.analyses.separation));
}

TEST(PoolAnalyzer, StandardisesWhatAnotherProgramWrote) {
  PoolAnalyzer other({{}, TieRule::worst, PoolSpelling::as_written, HardnessRun::measure, 2});
  const std::vector<ScoredCandidate> structures = {{"A", "OCC.Cl", 0.5}, {"B", "C(", 0.1}};
  QueryResult result;
  result.rank = 1;
  result.first.others = {"OCC.Cl"};
  other.observe(truth(0, molecule("CCO")), structures, result);
  EXPECT_EQ(result.tanimoto, 1.0);
  EXPECT_EQ(result.hardness, 1.0);  // neither key is the truth's; what cannot be read is left out
}

}  // namespace
}  // namespace specbridge
