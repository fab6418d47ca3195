#include <gtest/gtest.h>

#include <map>

#include "base/text.h"
#include "store/line_reader.h"
#include "unit/chem/samples.h"

namespace specbridge {
namespace {

TEST(Inchi, GivesTheKeysOfKnownMolecules) {
  // From PubChem: mellein, caffeine, aspirin, choline, benzene, methyl radical.
  EXPECT_EQ(test::molecule("CC1Cc2cccc(O)c2C(=O)O1").inchikey14(), "KWILGNNWGSNMPA");
  EXPECT_EQ(test::molecule("Cn1cnc2c1c(=O)n(C)c(=O)n2C").inchikey14(), "RYYVLZVUVIJVGH");
  EXPECT_EQ(test::molecule("CC(=O)Oc1ccccc1C(=O)O").inchikey14(), "BSYNRYMUTXBXSQ");
  EXPECT_EQ(test::molecule("C[N+](C)(C)CCO").inchikey14(), "OEYIOHPDSNJKLS");
  EXPECT_EQ(test::molecule("c1ccccc1").inchikey14(), "UHOVQNZJYSORNB");
  EXPECT_EQ(test::molecule("[CH3]").inchikey14(), "WCYWZMWISLQXQU");
}

TEST(Inchi, IsotopesAndStereoDoNotChangeTheFirstBlock) {
  EXPECT_EQ(test::molecule("[13CH3]C(O)=O").inchikey14(), test::molecule("CC(O)=O").inchikey14());
  EXPECT_EQ(test::molecule("N[C@@H](C)C(O)=O").inchikey14(),
            test::molecule("NC(C)C(O)=O").inchikey14());
}

TEST(Inchi, TautomersThatInchiMergesShareABlock) {
  EXPECT_EQ(test::molecule("CC(=O)NC").inchikey14(), test::molecule("CC(O)=NC").inchikey14());
}

TEST(Inchi, AgreesWithEveryKeyOfTheRealSpectra) {
  const auto path = test::real_data() / "massbank_train.mgf.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  std::map<std::string, std::string> keys;
  std::string smiles;
  LineReader lines(path);
  while (const auto line = lines.next()) {
    if (line->starts_with("SMILES=")) smiles = line->substr(7);
    if (line->starts_with("INCHIKEY=") && line->size() > 9) keys[smiles] = line->substr(9, 14);
  }
  std::size_t different = 0;
  for (const auto& [text, key] : keys) {
    if (test::molecule(text).inchikey14() != key) ++different;
  }
  EXPECT_GT(keys.size(), 4000U);
  EXPECT_EQ(different, 0U);
}

TEST(Inchi, AgreesWithRdkitsOwnAdapterOnTheLibrary) {
  if (!std::filesystem::exists(test::real_library())) GTEST_SKIP() << "no library.smi.gz";
  std::vector<Molecule> molecules;
  std::vector<std::string> spellings;
  for (const auto& smiles : test::library_sample(2000)) {
    molecules.push_back(test::molecule(smiles));
    spellings.push_back(molecules.back().smiles());
  }
  const auto keys = test::ask_python(
      "import sys\nfrom rdkit import Chem, RDLogger\nRDLogger.DisableLog('rdApp.*')\n"
      "for s in open(sys.argv[1]): print(Chem.MolToInchiKey(Chem.MolFromSmiles(s.strip()))[:14])\n",
      spellings);
  if (keys.empty()) GTEST_SKIP() << "no Python with RDKit";
  ASSERT_EQ(keys.size(), molecules.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(molecules[i].inchikey14(), keys[i]) << spellings[i];
  }
}

}  // namespace
}  // namespace specbridge
