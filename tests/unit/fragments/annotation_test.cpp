#include "fragments/annotation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "unit/fragments/molecules.h"

namespace specbridge {
namespace {

using test::fragmented;
using test::fragmented_ion_of;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kAspirin = "CC(=O)Oc1ccccc1C(=O)O";

FragmentPeak peak_at(double mz, float intensity = 1) {
  return {mz, intensity, 0};
}

/// The heavy atoms of the cheapest hypothesis; 0 where there is none.
std::size_t atoms_explaining(const std::string& smiles, const std::string& adduct, double mz) {
  const auto molecule = fragmented(smiles);
  const auto found = hypotheses_of(peak_at(mz), molecule, fragmented_ion_of(adduct));
  return found.empty() ? 0 : molecule.fragments[found.front().fragment].atoms.size();
}

TEST(Hypotheses, ExplainTheKnownFragmentsOfAspirin) {
  EXPECT_EQ(atoms_explaining(kAspirin, "[M+H]+", 163.0390), 12U);  // - H2O
  EXPECT_EQ(atoms_explaining(kAspirin, "[M+H]+", 139.0390), 10U);  // - ketene
  EXPECT_EQ(atoms_explaining(kAspirin, "[M+H]+", 121.0284), 9U);   // - ketene and water
  EXPECT_EQ(atoms_explaining(kAspirin, "[M-H]-", 137.0244), 10U);  // - ketene
  EXPECT_EQ(atoms_explaining(kAspirin, "[M-H]-", 93.0346), 7U);    // phenolate
  EXPECT_EQ(atoms_explaining(kAspirin, "[M+H]+", 150.0000), 0U);
}

TEST(Hypotheses, MetalsStayWithAFragment) {
  const double salicylic_acid = 138.031694;
  const auto peak = peak_at(salicylic_acid + 22.98976928 - kElectronMass);
  const FragmentTolerance narrow{2, 0.0002};
  const auto molecule = fragmented(kAspirin);
  EXPECT_THAT(hypotheses_of(peak, molecule, fragmented_ion_of("[M+H]+"), 8, narrow), IsEmpty());
  const auto ion = fragmented_ion_of("[M+Na]+");
  const auto found = hypotheses_of(peak, molecule, ion, 8, narrow);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(ion.metals[found.front().metals].text, "Na");
  EXPECT_FALSE(found.front().radical);
}

TEST(Hypotheses, ChargesOfAFragmentNeedNoProton) {
  // Choline: trimethylamine keeps its proton (60.0808), the whole cation needs none.
  const auto molecule = fragmented("C[N+](C)(C)CCO");
  const auto found = hypotheses_of(peak_at(60.0808), molecule, fragmented_ion_of("[M]+"));
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front().hydrogens, 1);
  EXPECT_EQ(found.front().rearranged, 1);
  EXPECT_FALSE(found.front().radical);
}

TEST(Hypotheses, SayHowFarOffAPeakIs) {
  const auto molecule = fragmented("CCO");
  const double ethyl = 28.0313001 + 1.00782503 - kElectronMass;  // C2H5+
  const auto found = hypotheses_of(peak_at(ethyl + 0.001), molecule, fragmented_ion_of("[M+H]+"));
  ASSERT_FALSE(found.empty());
  EXPECT_NEAR(found.front().error, 0.001, 1e-6);
  EXPECT_EQ(found.front().hydrogens, 0);
  EXPECT_EQ(found.front().rearranged, 1);
  EXPECT_FALSE(found.front().radical);
  EXPECT_FLOAT_EQ(found.front().cost, 1.25F);  // a bond to oxygen, one hydrogen
  EXPECT_THAT(hypotheses_of(peak_at(ethyl + 0.0031), molecule, fragmented_ion_of("[M+H]+")),
              IsEmpty());
}

TEST(Hypotheses, RadicalsCostMore) {
  const auto molecule = fragmented("CCO");
  const double methyl = 15.0234751 - kElectronMass;  // CH3+ has an even number of electrons
  const auto even = hypotheses_of(peak_at(methyl), molecule, fragmented_ion_of("[M+H]+"));
  ASSERT_FALSE(even.empty());
  EXPECT_FALSE(even.front().radical);
  const auto odd =
      hypotheses_of(peak_at(methyl + 1.00782503), molecule, fragmented_ion_of("[M+H]+"));
  ASSERT_FALSE(odd.empty());
  EXPECT_TRUE(odd.front().radical);
  EXPECT_FLOAT_EQ(odd.front().cost, 3);  // a bond between carbons, a radical
}

TEST(Hypotheses, ToleranceIsTheLargerOfTheTwo) {
  EXPECT_DOUBLE_EQ(FragmentTolerance{}.at(100), 0.003);
  EXPECT_DOUBLE_EQ(FragmentTolerance{}.at(500), 0.005);
}

/// (fragment, hydrogens, metals)
using Found = std::set<std::tuple<std::uint32_t, int, int>>;

/// The rule written down once more, for every fragment and number of hydrogens.
Found by_definition(double mz, const Fragmentation& molecule, const FragmentedIon& ion) {
  Found found;
  for (std::uint32_t f = 1; f < molecule.fragments.size(); ++f) {
    const Fragment& fragment = molecule.fragments[f];
    for (std::size_t m = 0; m < ion.metals.size(); ++m) {
      const int protons = ion.charge - ion.metals[m].charge;
      const int fewest = ion.charge > 0 && m == 0 ? protons - 4 : protons - 3;
      for (int hydrogens = fewest; hydrogens <= protons + 3; ++hydrogens) {
        if (std::abs(hydrogens - protons + fragment.charge) > fragment.cuts + 1) continue;
        const double theory = fragment.mass + hydrogens * hydrogen_mass() + ion.metals[m].mass -
                              ion.charge * kElectronMass;
        if (std::abs(theory - mz) > std::max(0.003, 1e-5 * mz)) continue;
        found.insert({f, hydrogens, static_cast<int>(m)});
      }
    }
  }
  return found;
}

TEST(Hypotheses, AreAllThatTheRuleAllows) {
  for (const auto& [smiles, adduct] :
       std::vector<std::pair<std::string, std::string>>{{kAspirin, "[M+H]+"},
                                                        {"OCC1OC(O)C(O)C(O)C1O", "[M+Na]+"},
                                                        {"C[N+](C)(C)CCOC(=O)C", "[M]+"},
                                                        {"Cn1c(=O)c2c(ncn2C)n(C)c1=O", "[M-H]-"}}) {
    const auto molecule = fragmented(smiles);
    const auto ion = fragmented_ion_of(adduct);
    std::size_t seen = 0;
    for (double mz = 20; mz < 200; mz += 0.0037) {
      Found found;
      for (const auto& h : hypotheses_of(peak_at(mz), molecule, ion, 10'000)) {
        found.insert({h.fragment, h.hydrogens, h.metals});
      }
      seen += found.size();
      ASSERT_EQ(found, by_definition(mz, molecule, ion)) << smiles << " at " << mz;
    }
    EXPECT_GT(seen, 100U);
  }
}

TEST(Hypotheses, StandByCostAndAreCut) {
  const auto molecule = fragmented("OCC1OC(O)C(O)C(O)C1O");
  const auto all = hypotheses_of(peak_at(85.0284), molecule, fragmented_ion_of("[M+H]+"), 10'000);
  const auto few = hypotheses_of(peak_at(85.0284), molecule, fragmented_ion_of("[M+H]+"), 2);
  ASSERT_GT(all.size(), 2U);
  ASSERT_EQ(few.size(), 2U);
  for (std::size_t i = 0; i < few.size(); ++i) EXPECT_EQ(few[i].fragment, all[i].fragment);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LE(all[i - 1].cost, all[i].cost);
}

TEST(FixedScore, AddsTheRootsOfExplainedPeaksByTheEaseOfTheirFragments) {
  const auto molecule = fragmented("CCO");
  const double ethyl = 28.0313001 + 1.00782503 - kElectronMass;
  const std::vector<FragmentPeak> peaks = {{ethyl, 0.25F, 0}, {40, 1, 1}};
  const auto explained = explain_peaks(peaks, molecule, fragmented_ion_of("[M+H]+"));
  ASSERT_EQ(explained.size(), 1U);
  EXPECT_NEAR(fixed_score(explained), 0.5 * (1 - 0.125), 1e-6);
}

TEST(FixedScore, OfAMoleculeThatIsTooLargeIsNothing) {
  const auto molecule = fragmented(std::string(129, 'C'));
  EXPECT_THAT(explain_peaks(std::vector{peak_at(57.07)}, molecule, fragmented_ion_of("[M+H]+")),
              IsEmpty());
}

}  // namespace
}  // namespace specbridge
