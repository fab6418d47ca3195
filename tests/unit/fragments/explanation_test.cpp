#include "fragments/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "unit/fragments/molecules.h"

namespace specbridge {
namespace {

using test::fragmented;
using test::fragmented_ion_of;
using test::graph_of;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kCaffeine = "Cn1c(=O)c2c(ncn2C)n(C)c1=O";

/// What a peak of intensity 1 is by the fixed score: formula, bonds, hydrogens.
struct Told {
  std::string formula;
  std::vector<std::string> bonds;
  int hydrogens = 0;
};
Told told(const std::string& smiles, const std::string& adduct, double mz) {
  const auto molecule = fragmented(smiles);
  const auto ion = fragmented_ion_of(adduct);
  const auto found = explain(std::vector<FragmentPeak>{{mz, 1, 0}}, molecule, ion);
  if (found.peaks.empty()) return {};
  const Hypothesis& best = found.peaks.front().hypothesis;
  Told result{ion_formula(best, molecule, ion), {}, best.hydrogens};
  for (const auto place : molecule.fragments[best.fragment].broken_bonds()) {
    result.bonds.push_back(bond_text(molecule.graph, molecule.graph.bonds[place]));
  }
  return result;
}

TEST(Explanation, OfEthylAcetateNamesFormulaAndBond) {
  const auto acylium = told("CCOC(C)=O", "[M+H]+", 43.0178);
  EXPECT_EQ(acylium.formula, "C2H3O+");
  EXPECT_THAT(acylium.bonds, ElementsAre("O2-C3"));
  EXPECT_EQ(acylium.hydrogens, 0);
  const auto acid = told("CCOC(C)=O", "[M+H]+", 61.0284);
  EXPECT_EQ(acid.formula, "C2H5O2+");
  EXPECT_THAT(acid.bonds, ElementsAre("C1-O2"));
  EXPECT_EQ(acid.hydrogens, 2);
  EXPECT_EQ(told("CCOC(C)=O", "[M+H]+", 29.0386).formula, "C2H5+");
  EXPECT_EQ(told("CCOC(C)=O", "[M+H]+", 50).formula, "");
}

TEST(Explanation, OfCaffeineOpensTheRing) {
  const auto large = told(kCaffeine, "[M+H]+", 138.0662);  // less methyl isocyanate
  EXPECT_EQ(large.formula, "C6H8N3O+");
  EXPECT_EQ(large.bonds.size(), 2U);
  EXPECT_EQ(large.hydrogens, 1);
  EXPECT_EQ(told(kCaffeine, "[M+H]+", 110.0713).formula, "C5H8N3+");  // and carbon monoxide
}

TEST(Explanation, CountsAMetalThatStays) {
  EXPECT_EQ(told("CCOC(C)=O", "[M+Na]+", 83.0104).formula, "C2H4NaO2+");
  EXPECT_EQ(told("CCOC(C)=O", "[M+Na]+", 61.0284).formula, "C2H5O2+");
}

TEST(Explanation, OfANegativeIonLosesProtons) {
  const auto phenyl = told("O=C(O)c1ccccc1", "[M-H]-", 77.0397);
  EXPECT_EQ(phenyl.formula, "C6H5-");
  EXPECT_EQ(phenyl.hydrogens, 0);
  EXPECT_EQ(phenyl.bonds.size(), 1U);
  EXPECT_EQ(told("CC(=O)Oc1ccccc1C(=O)O", "[M-H]-", 137.0244).formula, "C7H5O3-");
}

TEST(Explanation, OfAnOpenElectronShellSaysSo) {
  const auto molecule = fragmented("CCO");
  const auto found =
      explain(std::vector<FragmentPeak>{{16.0308, 1, 0}}, molecule, fragmented_ion_of("[M+H]+"));
  ASSERT_EQ(found.peaks.size(), 1U);
  EXPECT_TRUE(found.peaks.front().hypothesis.radical);
}

TEST(Explanation, ErrorsAreMeasuredLessTheoretical) {
  PeakExplanation peak;
  peak.peak.mz = 100.001;
  peak.hypothesis.error = 0.001F;
  EXPECT_NEAR(error_ppm(peak), 10, 1e-4);
  peak.peak.mz = 99.999;
  peak.hypothesis.error = -0.001F;
  EXPECT_NEAR(error_ppm(peak), -10, 1e-4);
}

TEST(Explanation, FormulaSaysWhichHydrogensAreNotThere) {
  const auto molecule = fragmented("ClC(Cl)Cl");
  Hypothesis hypothesis;
  hypothesis.hydrogens = -3;
  EXPECT_EQ(ion_formula(hypothesis, molecule, fragmented_ion_of("[M+H]+")), "CCl3-2H+");
  hypothesis.hydrogens = -2;
  EXPECT_EQ(ion_formula(hypothesis, molecule, fragmented_ion_of("[M+H]+")), "CCl3-H+");
  hypothesis.hydrogens = -1;
  EXPECT_EQ(ion_formula(hypothesis, molecule, fragmented_ion_of("[M+H]+")), "CCl3+");
}

TEST(Explanation, BondsAreToldByElementPlaceAndOrder) {
  const auto texts = [](const std::string& smiles) {
    const auto graph = graph_of(smiles);
    std::vector<std::string> all;
    for (const auto& bond : graph.bonds) all.push_back(bond_text(graph, bond));
    return all;
  };
  EXPECT_THAT(texts("CC#N"), ElementsAre("C0-C1", "C1#N2"));
  EXPECT_THAT(texts("C=O"), ElementsAre("C0=O1"));
  EXPECT_THAT(texts("c1ccoc1"), testing::Contains("C2:O3"));
}

TEST(ExplainedPart, IsOfTheIntensityOfAllPeaks) {
  const std::vector<FragmentPeak> peaks = {{60, 1, 0}, {50, 0.5F, 1}, {70, 0.5F, 2}};
  const std::vector<ExplainedPeak> explained = {{peaks[0], {{}}}, {peaks[2], {{}}}};
  const auto part = explained_part(peaks, explained);
  EXPECT_EQ(part.peaks, 3U);
  EXPECT_EQ(part.explained, 2U);
  EXPECT_EQ(part.intensity, 0.75);
  EXPECT_EQ(explained_part(peaks, {}).intensity, 0);
  EXPECT_EQ(explained_part({}, {}).intensity, std::nullopt);
}

/// Peaks at the masses of a molecule's fragments, and some where nothing is.
std::vector<FragmentPeak> peaks_for(const Fragmentation& molecule, const FragmentedIon& ion,
                                    Random& random) {
  std::vector<FragmentPeak> peaks;
  for (std::size_t i = 0; i < 30; ++i) {
    const auto place =
        static_cast<std::size_t>(random.uniform() * static_cast<double>(molecule.fragments.size()));
    const double mass = i % 5 == 4 ? 10.5 : molecule.fragments[place].mass;
    const double mz = mass + ion.charge * (hydrogen_mass() - kElectronMass);
    peaks.push_back({mz, static_cast<float>(1.0 / (1.0 + static_cast<double>(i))), i});
  }
  return peaks;
}

FragmentModel random_model(Random& random) {
  std::vector<float> weights(kFragmentFeatures);
  for (auto& weight : weights) weight = static_cast<float>(random.uniform() - 0.5);
  return FragmentModel(std::move(weights));
}

TEST(Explanation, ContributionsAddUpToTheLearnedScore) {
  Random random(3);
  const auto model = random_model(random);
  for (const auto* smiles : {kCaffeine, "CC(=O)Oc1ccccc1C(=O)O", "OCC1OC(O)C(O)C(O)C1O",
                             "C[N+](C)(C)CCOC(C)=O", "CC(C)Cc1ccc(C(C)C(=O)O)cc1"}) {
    for (const auto* adduct : {"[M+H]+", "[M+Na]+", "[M-H]-"}) {
      const auto molecule = fragmented(smiles);
      const auto ion = fragmented_ion_of(adduct);
      const auto peaks = peaks_for(molecule, ion, random);
      FragmentIdentities identities(molecule);
      const auto features = candidate_features(peaks, molecule, identities, ion);
      const auto found = explain(peaks, molecule, ion, model);
      double sum = 0;
      for (const auto& peak : found.peaks) sum += peak.contribution;
      EXPECT_GT(found.peaks.size(), 10U) << smiles;
      EXPECT_EQ(found.peaks.size(), found.part.explained);
      EXPECT_EQ(sum, model.score(features)) << smiles << " " << adduct;
      EXPECT_EQ(found.score, sum);
    }
  }
}

TEST(Explanation, ContributionsAddUpToTheFixedScore) {
  Random random(5);
  const auto molecule = fragmented(kCaffeine);
  const auto ion = fragmented_ion_of("[M+H]+");
  const auto peaks = peaks_for(molecule, ion, random);
  EXPECT_EQ(explain(peaks, molecule, ion).score, fixed_score(explain_peaks(peaks, molecule, ion)));
}

TEST(Explanation, TakesTheHypothesisThatIsWorthMost) {
  const auto molecule = fragmented(kCaffeine);
  const auto ion = fragmented_ion_of("[M+H]+");
  const std::vector<FragmentPeak> peaks = {{138.0662, 0.25F, 0}};
  const auto explained = explain_peaks(peaks, molecule, ion);
  ASSERT_GT(explained.front().hypotheses.size(), 1U);
  // One feature of the last hypothesis that the first does not have.
  FragmentIdentities identities(molecule);
  CandidateFeatures features;
  features.add(explained.front(), molecule, identities, ion);
  const auto last = explained.front().hypotheses.size() - 1;
  FragmentModel model(std::vector<float>(kFragmentFeatures, 0));
  for (const auto feature : features.features(last)) model.weights()[feature] += 1;
  for (const auto feature : features.features(0)) model.weights()[feature] = 0;
  const auto best = explain(peaks, molecule, ion, model).peaks.front();
  EXPECT_EQ(best.hypothesis.fragment, explained.front().hypotheses[last].fragment);
  EXPECT_GT(best.contribution, 0.5 * 0.3);
}

TEST(Explanation, IsNoLessThanTheFloor) {
  const FragmentModel harsh(std::vector<float>(kFragmentFeatures, -1));
  const auto found = explain(std::vector<FragmentPeak>{{138.0662, 0.25F, 0}}, fragmented(kCaffeine),
                             fragmented_ion_of("[M+H]+"), harsh);
  EXPECT_EQ(found.score, -0.75);
  EXPECT_EQ(found.part.explained, 1U);
}

TEST(Explanation, OfAMoleculeThatIsTooLargeIsEmpty) {
  const auto molecule = fragmented(std::string(129, 'C'));
  const auto found =
      explain(std::vector<FragmentPeak>{{57.07, 1, 0}}, molecule, fragmented_ion_of("[M+H]+"));
  EXPECT_THAT(found.peaks, IsEmpty());
  EXPECT_EQ(found.part.peaks, 1U);
}

}  // namespace
}  // namespace specbridge
