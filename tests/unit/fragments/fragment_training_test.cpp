#include "fragments/fragment_training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

#include "specbridge/error.h"
#include "unit/fragments/molecules.h"

namespace specbridge {
namespace {

using test::fragmented;

const FragmentedIon kOneProton{1, {KeptMetals{}}};

CandidateFeatures features_for(const std::string& smiles, const std::vector<FragmentPeak>& peaks) {
  const auto molecule = fragmented(smiles);
  FragmentIdentities identities(molecule);
  return candidate_features(peaks, molecule, identities, kOneProton);
}

/// Methyl ethers that lose methanol, among alcohols whose hydrocarbon part is as heavy, and ethyl
/// ethers.
std::vector<FragmentExample> methanol_losses() {
  std::vector<FragmentExample> examples;
  for (std::size_t length = 3; length < 13; ++length) {
    const std::string chain(length, 'C');
    const double methanol_lost = static_cast<double>(length - 1) * (12 + 2 * hydrogen_mass()) +
                                 hydrogen_mass() - kElectronMass;
    const std::vector<FragmentPeak> peaks = {{methanol_lost, 1, 0}};
    FragmentExample example;
    example.molecule = length;
    example.candidates = {features_for("CO" + chain.substr(1), peaks),
                          features_for(chain + "O", peaks),
                          features_for("CCO" + chain.substr(2), peaks)};
    examples.push_back(std::move(example));
  }
  return examples;
}

FragmentTraining trained(const std::vector<FragmentExample>& examples,
                         FragmentTrainingSettings settings = {}) {
  return train_fragments(examples, settings, {});
}

TEST(FragmentTraining, PutsTheTruthFirst) {
  const auto examples = methanol_losses();
  FragmentTrainingSettings settings;
  settings.held_out_every = 5;  // the chains of 5 and 10 carbons
  const auto result = trained(examples, settings);
  ASSERT_EQ(result.passes.size(), 5U);
  EXPECT_GT(result.kept, 0U);
  EXPECT_GT(result.passes[result.kept].mrr, result.passes[0].mrr);
  EXPECT_EQ(result.passes[result.kept].mrr, 1);
  EXPECT_LT(result.passes.back().loss, result.passes[1].loss);
}

TEST(FragmentTraining, GivesTheSameBytesForTheSameSeed) {
  const auto examples = methanol_losses();
  FragmentTrainingSettings settings;
  const auto weights_of = [&](std::uint64_t seed) {
    settings.seed = seed;
    const auto result = trained(examples, settings);
    return std::vector(result.model.weights().begin(), result.model.weights().end());
  };
  EXPECT_EQ(weights_of(1), weights_of(1));
  EXPECT_NE(weights_of(1), weights_of(2));
}

TEST(FragmentTraining, HeldOutMoleculesTeachNothing) {
  auto examples = methanol_losses();
  FragmentTrainingSettings settings;
  settings.held_out_every = 1;  // all
  const auto result = trained(examples, settings);
  EXPECT_EQ(result.kept, 0U);
  EXPECT_TRUE(std::ranges::equal(result.model.weights(), FragmentModel().weights()));
}

TEST(FragmentTraining, WithoutHeldOutMoleculesTheLastPassIsKept) {
  FragmentTrainingSettings settings;
  settings.held_out_every = 0;
  settings.passes = 2;
  EXPECT_EQ(trained(methanol_losses(), settings).kept, 2U);
}

TEST(FragmentTraining, OfNothingIsTheStart) {
  EXPECT_TRUE(std::ranges::equal(trained({}).model.weights(), FragmentModel().weights()));
}

TEST(FragmentTraining, CanBeInterrupted) {
  const std::atomic<bool> stop{true};
  RunContext context;
  context.interrupt = &stop;
  EXPECT_THROW(train_fragments(methanol_losses(), {}, context), Interrupted);
}

}  // namespace
}  // namespace specbridge
