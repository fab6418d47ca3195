#include "audit/molecule_prior.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "unit/eval/structures.h"

namespace specbridge {
namespace {

std::vector<EnvironmentCount> environments(const Molecule& molecule) {
  return morgan_environments(molecule, EnvironmentFrequencies::kRadius);
}

EnvironmentFrequencies counted(const std::vector<std::string>& smiles) {
  EnvironmentFrequencies frequencies;
  for (const auto& text : smiles) {
    const Molecule molecule = test::molecule(text);
    frequencies.add(molecule.inchikey14(), environments(molecule));
  }
  return frequencies;
}

TEST(EnvironmentFrequencies, CountMoleculesNotOccurrences) {
  const auto frequencies = counted({"CCO", "CCCO", "CCO"});
  EXPECT_EQ(frequencies.molecules(), 2U);
  const auto methyl = environments(test::molecule("CC")).front().id;
  EXPECT_EQ(frequencies.count(methyl), 2U);
}

TEST(MoleculeFeatures, DoNotCountTheMoleculeItself) {
  const auto with = counted({"CCO", "CCN"}), without = counted({"CCN"});
  const Molecule ethanol = test::molecule("CCO");
  const auto unseen = [](const MoleculeFeatures& features) { return features[3]; };
  EXPECT_EQ(unseen(molecule_features(ethanol, with)), unseen(molecule_features(ethanol, without)));
  EXPECT_GT(unseen(molecule_features(ethanol, with)), 0);
}

TEST(MoleculeFeatures, CountRings) {
  EXPECT_EQ(molecule_features(test::molecule("c1ccc2ccccc2c1"), {})[5], 2);
  EXPECT_EQ(molecule_features(test::molecule("CCO"), {})[5], 0);
}

/// Pools in which the truth has the highest value of feature 2, by chance at any place.
struct Problem {
  std::vector<MoleculeFeatures> features;
  std::vector<LabelledPool> pools;
};

Problem learnable(std::size_t count) {
  Random random(3);
  Problem problem;
  for (std::size_t p = 0; p < count; ++p) {
    LabelledPool pool;
    pool.truth = random.below(10);
    for (std::size_t c = 0; c < 10; ++c) {
      MoleculeFeatures row{};
      for (double& value : row) value = random.uniform();
      row[2] = c == pool.truth ? 2 : row[2];
      row[7] = static_cast<double>(p);  // the same within a pool: tells nothing
      pool.rows.push_back(problem.features.size());
      problem.features.push_back(row);
    }
    problem.pools.push_back(pool);
  }
  return problem;
}

std::size_t truths_first(const Problem& problem, const std::vector<std::vector<float>>& scores) {
  std::size_t first = 0;
  for (std::size_t p = 0; p < scores.size(); ++p) {
    const auto best = std::ranges::max_element(scores[p]) - scores[p].begin();
    first += static_cast<std::size_t>(best) == problem.pools[p].truth ? 1 : 0;
  }
  return first;
}

TEST(CrossValidatedScores, FindWhatTruthsHaveInCommon) {
  const Problem problem = learnable(50);
  EXPECT_EQ(truths_first(problem, cross_validated_scores(problem.features, problem.pools, 1)), 50U);
}

TEST(CrossValidatedScores, DoNotLearnFromThePoolTheyScore) {
  // Nothing in common: each truth is told by a mark that no other pool has.
  Problem problem = learnable(50);
  for (auto& row : problem.features) row = {};
  Random random(9);
  for (auto& row : problem.features) row[0] = random.uniform();
  const auto first =
      truths_first(problem, cross_validated_scores(problem.features, problem.pools, 1));
  EXPECT_LT(first, 15U);  // 5 by chance
}

TEST(CrossValidatedScores, AreZeroWhereThereIsNothingToLearnFrom) {
  const Problem problem = learnable(1);
  const auto scores = cross_validated_scores(problem.features, problem.pools, 1);
  EXPECT_EQ(scores, (std::vector<std::vector<float>>{std::vector<float>(10, 0)}));
}

}  // namespace
}  // namespace specbridge
