#include "chem/morgan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/chem/samples.h"

namespace specbridge {
namespace {

/// "id:count id:count ..." by ascending id.
std::string text_of(const std::vector<EnvironmentCount>& environments) {
  std::string text;
  for (const auto& [id, count] : environments) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : " ", id, count);
  }
  return text;
}

std::vector<std::string> ask_rdkit(const std::vector<std::string>& smiles, unsigned radius) {
  return test::ask_python(
      "import sys\nfrom rdkit import Chem, RDLogger\nfrom rdkit.Chem import AllChem\n"
      "RDLogger.DisableLog('rdApp.*')\n"
      "for s in open(sys.argv[1]):\n"
      "    fp = AllChem.GetMorganFingerprint(Chem.MolFromSmiles(s.strip()), " +
          std::to_string(radius) +
          ")\n    print(' '.join(f'{k}:{v}' for k, v in "
          "sorted(fp.GetNonzeroElements().items())))\n",
      smiles);
}

TEST(Morgan, CountsTheAtomEnvironmentsOfEthanol) {
  // AllChem.GetMorganFingerprint(Chem.MolFromSmiles("CCO"), r).GetNonzeroElements()
  EXPECT_EQ(text_of(morgan_environments(test::molecule("OCC"), 0)),
            "864662311:1 2245384272:1 2246728737:1");
  EXPECT_EQ(text_of(morgan_environments(test::molecule("CCCC"), 0)), "2245384272:2 2246728737:2");
}

TEST(Morgan, EnvironmentsAreInAscendingOrderOfTheirId) {
  const auto environments = morgan_environments(test::molecule("CC(=O)Oc1ccccc1C(=O)O"), 3);
  EXPECT_TRUE(std::is_sorted(environments.begin(), environments.end(),
                             [](const auto& a, const auto& b) { return a.id < b.id; }));
}

TEST(Morgan, DoesNotDependOnTheSpelling) {
  EXPECT_EQ(text_of(morgan_environments(test::molecule("C1=CC=CC=C1O"), 2)),
            text_of(morgan_environments(test::molecule("Oc1ccccc1"), 2)));
}

TEST(Morgan, AgreesWithPythonRdkitOnTheLibrary) {
  if (!std::filesystem::exists(test::real_library())) GTEST_SKIP() << "no library.smi.gz";
  std::vector<Molecule> molecules;
  std::vector<std::string> spellings;
  for (const auto& smiles : test::library_sample(500)) {
    molecules.push_back(test::molecule(smiles));
    spellings.push_back(molecules.back().smiles());
  }
  for (const unsigned radius : {2U, 3U}) {
    const auto expected = ask_rdkit(spellings, radius);
    if (expected.empty()) GTEST_SKIP() << "no Python with RDKit";
    ASSERT_EQ(expected.size(), molecules.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(text_of(morgan_environments(molecules[i], radius)), expected[i]) << spellings[i];
    }
  }
}

TEST(Morgan, AMoleculeThatIsNoneIsRefused) {
  const auto broken = Molecule::trusted("C(", "", "", 0, 0);
  EXPECT_EQ(test::message_of([&] { morgan_environments(broken, 2); }), "\"C(\" is not a SMILES");
}

TEST(MorganBits, AgreeWithPythonRdkitOnTheLibrary) {
  if (!std::filesystem::exists(test::real_library())) GTEST_SKIP() << "no library.smi.gz";
  std::vector<std::string> spellings, ours;
  for (const auto& smiles : test::library_sample(300)) {
    const auto molecule = test::molecule(smiles);
    spellings.push_back(molecule.smiles());
    ours.push_back(fmt::format("{}", fmt::join(morgan_bits(molecule), " ")));
  }
  const auto theirs = test::ask_python(
      "import sys\nfrom rdkit import Chem, RDLogger\nfrom rdkit.Chem import AllChem\n"
      "RDLogger.DisableLog('rdApp.*')\n"
      "for s in open(sys.argv[1]):\n"
      "    fp = AllChem.GetMorganFingerprintAsBitVect(Chem.MolFromSmiles(s.strip()), 2, 4096)\n"
      "    print(' '.join(map(str, fp.GetOnBits())))\n",
      spellings);
  if (theirs.empty()) GTEST_SKIP() << "no Python with RDKit";
  EXPECT_EQ(ours, theirs);
}

TEST(Tanimoto, IsTheShareOfCommonBits) {
  EXPECT_DOUBLE_EQ(tanimoto({1, 2, 3}, {2, 3, 4, 9}), 2. / 5);
  EXPECT_EQ(tanimoto({1, 2}, {3}), 0);
  EXPECT_EQ(tanimoto({1, 7}, {1, 7}), 1);
  EXPECT_EQ(tanimoto({}, {}), 1);
}

}  // namespace
}  // namespace specbridge
