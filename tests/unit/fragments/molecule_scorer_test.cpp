#include "fragments/molecule_scorer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "base/random.h"
#include "unit/fragments/molecules.h"

namespace specbridge {
namespace {

using test::fragmented;

FragmentModel random_model() {
  std::vector<float> weights(kFragmentFeatures);
  Random random(1, 0);
  for (float& weight : weights) weight = static_cast<float>(random.uniform() - 0.5);
  return FragmentModel(std::move(weights));
}

/// Peaks at the masses of a molecule's fragments and beside them, some hydrogens off.
std::vector<FragmentPeak> peaks_of(const Fragmentation& molecule, const FragmentedIon& ion,
                                   std::uint64_t seed) {
  std::vector<FragmentPeak> peaks;
  Random random(seed, 1);
  for (std::size_t rank = 0; rank < 30; ++rank) {
    const auto& fragment = molecule.fragments[random.below(molecule.fragments.size())];
    const auto& kept = ion.metals[random.below(ion.metals.size())];
    const double hydrogens = static_cast<double>(random.below(7)) - 3;
    peaks.push_back({fragment.mass + kept.mass + hydrogens * 1.00782503 -
                         ion.charge * kElectronMass + 0.004 * (random.uniform() - 0.5),
                     static_cast<float>(random.uniform()), rank});
  }
  return peaks;
}

TEST(MoleculeScorer, ScoresAnySpectrumLikeTheModelToTheLastBit) {
  const FragmentModel model = random_model();
  std::size_t scored = 0;
  for (const char* smiles :
       {"CC(=O)Oc1ccccc1C(=O)O", "CN1CCC[C@H]1c1cccnc1", "C[N+](C)(C)CCO",
        "OCC1OC(Oc2ccc(O)cc2)C(O)C(O)C1O", "CCOP(=S)(OCC)Oc1cc(C)nc(C(C)C)n1"}) {
    const auto molecule = fragmented(smiles);
    MoleculeScorer scorer(model, molecule);
    // The last two: more metal ions than protons could make up for, as a record may state them.
    for (const char* adduct :
         {"[M+H]+", "[M-H]-", "[M+Na]+", "[M-H+2Na]+", "[M]+", "[M-8H+3Al]+", "[M+99Na]+"}) {
      const auto ion = test::fragmented_ion_of(adduct);
      for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const auto peaks = peaks_of(molecule, ion, seed);
        FragmentIdentities own(molecule);
        const double expected = model.score(candidate_features(peaks, molecule, own, ion));
        ASSERT_EQ(scorer.score(peaks, ion), expected) << smiles << " " << adduct << " " << seed;
        scored += expected != 0 ? 1 : 0;
      }
    }
  }
  EXPECT_GT(scored, 450U);  // of 700
}

TEST(MoleculeScorer, GivesAMoleculeThatExplainsNothingAScoreOfZero) {
  const FragmentModel model = random_model();
  const auto molecule = fragmented("CCO");
  const FragmentedIon ion{1, {KeptMetals{}}};
  MoleculeScorer scorer(model, molecule);
  EXPECT_EQ(scorer.score({}, ion), 0);
  EXPECT_EQ(scorer.score(std::vector<FragmentPeak>{{500, 1, 0}}, ion), 0);
}

}  // namespace
}  // namespace specbridge
