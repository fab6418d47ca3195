#include "search/certainty/isomer_standing.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "search/shown_queries.h"
#include "specbridge/ion_of_spectrum.h"
#include "unit/search/samples.h"

namespace specbridge {
namespace {

using test::molecule;

constexpr const char* kAspirin = "CC(=O)Oc1ccccc1C(=O)O";

/// A spectrum of aspirin as [M+H]+: water and ketene are lost, and the acetyl is left.
Query aspirin() {
  Query query;
  query.spectrum.adduct = "[M+H]+";
  query.spectrum.precursor_mz = 181.0495;
  query.spectrum.peaks = {{43.0178, 30}, {121.0284, 100}, {139.0390, 60}, {163.0390, 80}};
  query.ion = ion_of(query.spectrum);
  return query;
}

class IsomerStandingTest : public testing::Test {
 protected:
  std::optional<IsomerStanding> standing(const std::string& smiles, const Query& query,
                                         std::size_t most = 32) const {
    const std::vector<Query> queries = {query};
    const Molecule one = molecule(smiles);
    const MadeIsomers isomers(std::make_shared<const FragmentModel>(), most);
    return isomers.standing(
        queries[0], shown_peaks(queries)[0],
        {"", one.smiles(), one.inchikey14(), one.formula(), one.exact_mass(), one.charge()});
  }
};

TEST_F(IsomerStandingTest, IsThatOfAMoleculeWhoseFragmentsFitAboveOneOfOtherFragments) {
  const auto measured = standing(kAspirin, aspirin());
  const auto other = standing("COc1cc(C=O)cc2OCOc12", aspirin());  // an isomer without acetyl
  ASSERT_TRUE(measured && other);
  EXPECT_GT(measured->above_best, other->above_best);
  EXPECT_LT(measured->as_good, other->as_good);
}

TEST_F(IsomerStandingTest, IsATieWhereNothingIsToBeExplained) {
  Query query = aspirin();
  query.spectrum.peaks.clear();
  const auto found = standing(kAspirin, query);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->above_best, 0);
  EXPECT_EQ(found->as_good, 1);
}

TEST_F(IsomerStandingTest, IsNotKnownWithoutIsomersOrWithoutAnIon) {
  EXPECT_FALSE(standing("CO", aspirin()));
  Query query = aspirin();
  query.ion = {};
  EXPECT_FALSE(standing(kAspirin, query));
  query = aspirin();
  query.spectrum.adduct = "[2M+H]+";
  query.spectrum.precursor_mz = 361.0918;
  query.ion = ion_of(query.spectrum);
  EXPECT_FALSE(standing(kAspirin, query));
}

TEST_F(IsomerStandingTest, DependsOnTheMoleculeAlone) {
  const std::vector<std::string> smiles = {kAspirin, "COc1cc(C=O)cc2OCOc12",
                                           "O=C(O)Cc1ccc2OCOc2c1"};
  std::vector<Molecule> molecules;
  for (const auto& text : smiles) molecules.push_back(molecule(text));
  const std::vector<Query> queries = {aspirin()};
  const auto peaks = shown_peaks(queries);
  const MadeIsomers shared(std::make_shared<const FragmentModel>(), 16);
  constexpr std::size_t kAsked = 30;
  std::vector<std::optional<IsomerStanding>> found(kAsked);
  parallel_for(kAsked, 4, [&](std::size_t i) {
    const Molecule& one = molecules[i % molecules.size()];
    found[i] = shared.standing(
        queries[0], peaks[0],
        {"", one.smiles(), one.inchikey14(), one.formula(), one.exact_mass(), one.charge()});
  });
  for (std::size_t i = 0; i < kAsked; ++i) {
    const auto alone = standing(smiles[i % smiles.size()], queries[0], 16);
    ASSERT_TRUE(found[i] && alone);
    EXPECT_EQ(found[i]->above_best, alone->above_best);
    EXPECT_EQ(found[i]->as_good, alone->as_good);
  }
}

}  // namespace
}  // namespace specbridge
