#include "chem/graphs/isomer_edits.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

#include "chem/morgan.h"
#include "unit/chem/samples.h"

namespace specbridge {
namespace {

using test::molecule;

constexpr std::array kMolecules = {"CC(=O)Oc1ccccc1C(=O)O", "CN1C=NC2=C1C(=O)N(C(=O)N2C)C",
                                   "C[N+](C)(C)CCO", "O=S(=O)(Nc1nccs1)c1ccc(N)cc1",
                                   "OCC1OC(OC2(CO)OC(CO)C(O)C2O)C(O)C(O)C1O"};

KnownEnvironments environments_of(const std::vector<std::string>& smiles) {
  KnownEnvironments known;
  for (const auto& text : smiles) {
    for (const auto& one : morgan_environments(molecule(text), 2)) known.insert(one.id);
  }
  return known;
}

std::vector<std::string> isomers(const std::string& smiles, std::size_t most,
                                 std::uint64_t seed = 1) {
  Random random(seed);
  std::vector<std::string> found;
  for (const auto& isomer : edited_isomers(molecule(smiles), most, {}, {}, random)) {
    found.push_back(isomer.smiles());
  }
  return found;
}

TEST(EditedIsomers, HaveTheFormulaAndAreOtherMolecules) {
  for (const char* smiles : kMolecules) {
    const Molecule truth = molecule(smiles);
    Random random(3);
    std::set<std::string> keys{truth.inchikey14()};
    const auto made = edited_isomers(truth, 6, {}, {}, random);
    EXPECT_EQ(made.size(), 6U) << smiles;
    for (const auto& isomer : made) {
      EXPECT_EQ(isomer.formula(), truth.formula()) << isomer.smiles();
      EXPECT_EQ(isomer.charge(), truth.charge()) << isomer.smiles();
      EXPECT_TRUE(keys.insert(isomer.inchikey14()).second) << isomer.smiles();
      EXPECT_EQ(isomer.smiles(), molecule(isomer.smiles()).smiles());
    }
  }
}

TEST(EditedIsomers, DependOnTheSeed) {
  const std::string kAspirin = "CC(=O)Oc1ccccc1C(=O)O";
  EXPECT_EQ(isomers(kAspirin, 8), isomers(kAspirin, 8));
  EXPECT_NE(isomers(kAspirin, 8), isomers(kAspirin, 8, 2));
}

TEST(EditedIsomers, LeaveOutThoseThatAreTaken) {
  const Molecule propanol = molecule("CCCO");
  Random random(1);
  for (const auto& isomer : edited_isomers(propanol, 5, {molecule("CC(C)O")}, {}, random)) {
    EXPECT_EQ(isomer.smiles(), "CCOC");
  }
}

TEST(EditedIsomers, AreFewWhereThereAreNoOthers) {
  EXPECT_TRUE(isomers("C", 5).empty());
  EXPECT_TRUE(isomers("c1ccccc1", 5).empty());
}

TEST(EditedIsomers, HaveFewEnvironmentsThatNobodyKnows) {
  const auto known =
      environments_of({"CC(=O)Oc1ccccc1C(=O)O", "COc1ccccc1C(=O)O", "CC(=O)Oc1ccc(C(=O)O)cc1",
                       "CC(=O)c1ccccc1C(=O)O", "OC(=O)c1cccc(O)c1", "COC(=O)c1ccccc1O"});
  const Molecule aspirin = molecule("CC(=O)Oc1ccccc1C(=O)O");
  const auto strange = [&](const Molecule& one) {
    std::size_t count = 0;
    for (const auto& part : morgan_environments(one, 2)) count += known.contains(part.id) ? 0 : 1;
    return count;
  };
  Random random(1), other(1);
  std::size_t plain = 0, asked = 0;
  for (const auto& one : edited_isomers(aspirin, 12, {}, known, random)) {
    plain += strange(one) <= 2 ? 1 : 0;
    ++asked;
  }
  ASSERT_GT(asked, 4U);
  std::size_t plain_of_all = 0;
  const auto all = edited_isomers(aspirin, asked, {}, {}, other);  // nothing is known: all alike
  for (const auto& one : all) plain_of_all += strange(one) <= 2 ? 1 : 0;
  EXPECT_GT(plain, plain_of_all);
}

TEST(EditedSmiles, HaveTheFormulaAndTheChargeAndComeOnce) {
  for (const char* smiles : kMolecules) {
    const Molecule truth = molecule(smiles);
    Random random(3);
    std::set<std::string> seen{truth.smiles()};
    const auto made = edited_smiles(truth.smiles(), 32, random);
    EXPECT_GE(made.size(), 8U) << smiles;
    for (const auto& isomer : made) {
      EXPECT_EQ(molecule(isomer).formula(), truth.formula()) << isomer;
      EXPECT_EQ(molecule(isomer).charge(), truth.charge()) << isomer;
      EXPECT_TRUE(seen.insert(isomer).second) << isomer;
    }
  }
}

TEST(EditedSmiles, AreNoneOfWhatHasNoIsomer) {
  Random random(1);
  EXPECT_TRUE(edited_smiles("CO", 32, random).empty());
}

}  // namespace
}  // namespace specbridge
