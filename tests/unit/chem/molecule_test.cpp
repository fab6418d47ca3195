#include "chem/molecule.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "base/parallel.h"
#include "unit/chem/samples.h"

namespace specbridge {
namespace {

using test::molecule;
using test::spelling;

Rejection rejection_of(const std::string& smiles) {
  auto result = standardize(smiles);
  if (const auto* rejection = std::get_if<Rejection>(&result)) return *rejection;
  ADD_FAILURE() << smiles << " is accepted";
  return {};
}

TEST(Standardize, DescribesAMolecule) {
  const auto mellein = molecule("C[C@@H]1CC2=C(C(O)=CC=C2)C(=O)O1");
  EXPECT_EQ(mellein.smiles(), "CC1Cc2cccc(O)c2C(=O)O1");
  EXPECT_EQ(mellein.inchikey14(), "KWILGNNWGSNMPA");
  EXPECT_EQ(mellein.formula(), "C10H10O3");
  EXPECT_NEAR(mellein.exact_mass(), 178.062994, 1e-6);
  EXPECT_EQ(mellein.charge(), 0);
}

TEST(Standardize, EverySpellingGivesTheSameBytes) {
  const std::map<std::string, std::vector<std::string>> kSpellings = {
      {"c1ccccc1", {"C1=CC=CC=C1", "C1C=CC=CC=1", "[cH]1[cH][cH][cH][cH][cH]1", "[H]c1ccccc1"}},
      {"CC(N)C(=O)O", {"N[C@@H](C)C(=O)O", "N[C@H](C)C(O)=O", "C[C@H]([NH3+])C([O-])=O"}},
      {"CC=CC", {"C/C=C/C", "C/C=C\\C", "[CH3][CH]=[CH][CH3]"}},
      {"CC=N", {"[H]/N=C/C", "[H]/N=C\\C", "CC=N"}},
      {"C[N+](=O)[O-]", {"CN(=O)=O", "C[N+]([O-])=O"}},
      {"CC(O)F", {"C[C@TH1H](O)F", "[H]C(C)(O)F"}},
  };
  for (const auto& [expected, spellings] : kSpellings) {
    EXPECT_EQ(spelling(expected), expected);
    for (const auto& text : spellings) {
      EXPECT_EQ(spelling(text), expected) << text;
    }
  }
}

TEST(Standardize, DropsBlanksAroundAndAtomMaps) {
  EXPECT_EQ(spelling("  CCO\r\n"), "CCO");
  EXPECT_EQ(spelling("[CH3:1][CH2:2][OH:3]"), "CCO");
}

TEST(Standardize, KeepsTheLargestOrganicFragment) {
  EXPECT_EQ(spelling("[Na+].CC(=O)[O-]"), "CC(=O)O");
  EXPECT_EQ(spelling("CC(=O)[O-].[Ca+2].CC(=O)[O-]"), "CC(=O)O");
  EXPECT_EQ(spelling("OP(O)(=O)OP(O)(O)=O.CCO"), "CCO");        // carbon before size
  EXPECT_EQ(spelling("C[NH+](C)C.[O-]C(=O)CC"), "CCC(=O)O");    // heavy atoms
  EXPECT_EQ(spelling("CCC.CCN.CCO"), "CCO");                    // then mass
  EXPECT_EQ(spelling("CCCO.CC(C)O"), spelling("CC(C)O.CCCO"));  // then the smaller SMILES
  EXPECT_EQ(spelling("CCCO.CC(C)O"), "CC(C)O");
  EXPECT_EQ(spelling("C1.C1"), "CC");  // a dot need not separate
  EXPECT_EQ(spelling("O.O"), "O");
}

TEST(Standardize, NeutralisesWhereProtonsAllowIt) {
  EXPECT_EQ(spelling("CC(=O)[O-]"), "CC(=O)O");
  EXPECT_EQ(spelling("C[NH3+]"), "CN");
  EXPECT_EQ(spelling("[O-]C(=O)C[NH3+]"), "NCC(=O)O");
  EXPECT_EQ(spelling("c1cc[nH+]cc1"), "c1ccncc1");
  EXPECT_EQ(spelling("[O-]c1ccccc1.[K+]"), "Oc1ccccc1");
  EXPECT_EQ(spelling("[O-]P(=O)([O-])[O-]"), "O=P(O)(O)O");
}

TEST(Standardize, LeavesChargesThatProtonsCannotRemove) {
  const auto choline = molecule("C[N+](C)(C)CCO.[Cl-]");
  EXPECT_EQ(choline.smiles(), "C[N+](C)(C)CCO");
  EXPECT_EQ(choline.charge(), 1);
  EXPECT_EQ(choline.formula(), "C5H14NO+");
  EXPECT_NEAR(choline.exact_mass(), 104.107539, 1e-6);  // sum of atoms, no electron taken off
  EXPECT_EQ(spelling("C[N+](C)(C)CC(=O)[O-]"), "C[N+](C)(C)CC(=O)[O-]");
  EXPECT_EQ(molecule("C[N+](C)(C)CC(=O)[O-]").charge(), 0);
  EXPECT_EQ(molecule("F[B-](F)(F)F").charge(), -1);
  EXPECT_EQ(molecule("[Fe+2]").formula(), "Fe+2");
  EXPECT_EQ(spelling("C[N+](=O)[O-]"), "C[N+](=O)[O-]");
  EXPECT_EQ(spelling("[O-][n+]1ccccc1"), "[O-][n+]1ccccc1");
}

TEST(Standardize, KeepsIsotopesAndTheirMasses) {
  EXPECT_EQ(spelling("[13CH4]"), "[13CH4]");
  EXPECT_NEAR(molecule("[13CH4]").exact_mass() - molecule("C").exact_mass(), 1.003355, 1e-6);
  const auto methanol = molecule("[2H]C([2H])([2H])O");
  EXPECT_EQ(methanol.formula(), "CH4O");
  EXPECT_NEAR(methanol.exact_mass(), 35.045045, 1e-6);
}

TEST(Standardize, KeepsRadicals) {
  EXPECT_EQ(spelling("[CH2]C"), "[CH2]C");
  EXPECT_EQ(molecule("[CH2]C").formula(), "C2H5");
}

TEST(Standardize, IsomersHaveEqualMassesToTheLastBit) {
  const double glucose = molecule("OCC1OC(O)C(O)C(O)C1O").exact_mass();
  EXPECT_EQ(molecule("OCC(O)C(O)C(O)C(O)C=O").exact_mass(), glucose);
  EXPECT_EQ(molecule("O=CC(O)C(O)C(O)C(O)CO").exact_mass(), glucose);
  EXPECT_EQ(molecule("OC1C(O)C(O)C(O)C(O)C1O").exact_mass(), glucose);
}

TEST(Standardize, RejectsWhatIsNoMoleculeAndSaysWhy) {
  struct Case {
    std::string smiles, reason, message;
  };
  const std::vector<Case> kCases = {
      {"", "empty", "the SMILES is empty"},
      {" \t", "empty", "the SMILES is empty"},
      {"xyz", "not_smiles", "\"xyz\" is not a SMILES"},
      {"C C", "not_smiles", "\"C C\" is not a SMILES"},
      {"C(", "not_smiles", "\"C(\" is not a SMILES"},
      {"C1CC", "not_smiles", "\"C1CC\" is not a SMILES"},
      {"CCO>>CC=O", "not_smiles", "\"CCO>>CC=O\" is not a SMILES"},
      {"[C+256]", "not_smiles", "\"[C+256]\" is not a SMILES"},
      {"[65549C]", "not_smiles", "\"[65549C]\" is not a SMILES"},
      {"InChI=1S/CH4/c2", "not_inchi", "\"InChI=1S/CH4/c2\" is not a well-formed InChI"},
      {"CC*", "wildcard", "\"CC*\" has a wildcard; expected a fully defined structure"},
      {"C~C", "wildcard", "\"C~C\" has a wildcard; expected a fully defined structure"},
      {"C.*", "wildcard", "\"C.*\" has a wildcard; expected a fully defined structure"},
      {"C(C)(C)(C)(C)C", "bad_structure",
       "\"C(C)(C)(C)(C)C\" is no valid structure: Explicit valence for atom # 0 C, 5, is greater "
       "than "
       "permitted"},
      {"[99C]", "bad_structure", "\"[99C]\" is no valid structure: C has no isotope 99"},
      {"[Og]", "no_inchikey", "\"[Og]\" has no InChIKey"},
  };
  for (const auto& test_case : kCases) {
    const auto rejection = rejection_of(test_case.smiles);
    EXPECT_EQ(rejection.reason, test_case.reason) << test_case.smiles;
    EXPECT_EQ(rejection.message, test_case.message);
  }
}

TEST(Standardize, RejectsWhatIsTooLarge) {
  EXPECT_EQ(molecule(std::string(kMaxHeavyAtoms, 'C')).formula(), "C500H1002");
  EXPECT_EQ(rejection_of(std::string(kMaxHeavyAtoms + 1, 'C')).message,
            "the structure has 501 heavy atoms; the limit is 500");
  const auto rejection = rejection_of(std::string(kMaxSmilesLength + 1, 'C'));
  EXPECT_EQ(rejection.reason, "too_large");
  EXPECT_EQ(rejection.message, fmt::format("\"{}", std::string(117, 'C')) +
                                   "...\" has 4001 characters; the limit is 4000");
}

TEST(Standardize, WritesNothingToTheTerminal) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  for (const char* text :
       {"xyz", "C(C)(C)(C)(C)C", "c1cccc1", "[H+]", "CC*", "[Og]", "C%%", "[2H][2H]"}) {
    standardize(text);
  }
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

void expect_fixed_point(const std::string& smiles) {
  const auto once = molecule(smiles);
  const auto twice = molecule(once.smiles());
  EXPECT_EQ(twice.smiles(), once.smiles()) << smiles;
  EXPECT_EQ(twice.inchikey14(), once.inchikey14()) << smiles;
  EXPECT_EQ(twice.formula(), once.formula()) << smiles;
  EXPECT_EQ(twice.exact_mass(), once.exact_mass()) << smiles;
  EXPECT_EQ(twice.charge(), once.charge()) << smiles;
}

TEST(Standardize, OfItsOwnResultIsTheSame) {
  for (const char* smiles : {"[cH-]1cccc1",
                             "F[P-](F)(F)(F)(F)F",
                             "[CH3+]",
                             "[CH3-]",
                             "N->B",
                             "O->[Fe]",
                             "C[Mg]Br",
                             "[H][H]",
                             "[H+]",
                             "[2H]O[2H]",
                             "C#[N+][O-]",
                             "C[S+]([O-])C",
                             "[C-]#[O+]",
                             "C[N+]#N",
                             "C[N+](C)(C)CC([O-])CC(=O)[O-]",
                             "[O-]C(=O)C[N+](C)(C)CC(=O)O",
                             "[nH]1cccc1",
                             "c1cc[n-]c1",
                             "O=c1cc[nH]c2ccccc12",
                             "C1=CC2=CC=CC2=C1",
                             "c1ccc2cccc-2cc1",
                             "[13CH3][C@H](F)Cl"}) {
    expect_fixed_point(smiles);
  }
}

TEST(Standardize, OfItsOwnResultIsTheSameThroughoutTheLibrary) {
  if (!std::filesystem::exists(test::real_library())) GTEST_SKIP() << "no library.smi.gz";
  for (const auto& smiles : test::library_sample(2000)) expect_fixed_point(smiles);
}

TEST(Standardize, DoesNotDependOnTheOrderOfAtomsThroughoutTheLibrary) {
  if (!std::filesystem::exists(test::real_library())) GTEST_SKIP() << "no library.smi.gz";
  const auto sample = test::library_sample(500);
  const auto shuffled = test::ask_python(
      "import sys\nfrom rdkit import Chem, RDLogger\nRDLogger.DisableLog('rdApp.*')\n"
      "for s in open(sys.argv[1]):\n"
      "    m = Chem.MolFromSmiles(s.strip())\n"
      "    k = Chem.Mol(m); Chem.Kekulize(k, clearAromaticFlags=True)\n"
      "    for v in (m, k, Chem.AddHs(m)): print(Chem.MolToSmiles(v, doRandom=True))\n",
      sample);
  if (shuffled.empty()) GTEST_SKIP() << "no Python with RDKit";
  ASSERT_EQ(shuffled.size(), 3 * sample.size());
  for (std::size_t i = 0; i < shuffled.size(); ++i) {
    EXPECT_EQ(spelling(shuffled[i]), spelling(sample[i / 3])) << shuffled[i];
  }
}

TEST(Standardize, GivesTheSameFromManyThreads) {
  std::vector<std::string> texts;
  for (int i = 1; i < 120; ++i) {
    texts.push_back(fmt::format("C[NH+](C)CC{:C>{}}", "", i) + "c1ccc(C(=O)[O-])cc1");
  }
  std::vector<std::string> alone, together(texts.size());
  for (const auto& text : texts)
    alone.push_back(molecule(text).smiles() + molecule(text).inchikey14());
  parallel_for(texts.size(), 8, [&](std::size_t i) {
    const auto result = std::get<Molecule>(standardize(texts[i]));
    together[i] = result.smiles() + result.inchikey14();
  });
  EXPECT_EQ(together, alone);
}

TEST(ChemistryVersion, NamesRdkit) {
  EXPECT_EQ(chemistry_version().substr(0, 8), "RDKit 20");
}

TEST(Molecule, CanBeRebuiltFromItsFields) {
  const auto again = Molecule::trusted("C", "VNWKTOKETHGBQD", "CH4", 16.0313, 0);
  EXPECT_EQ(again.smiles() + again.inchikey14() + again.formula(), "CVNWKTOKETHGBQDCH4");
  EXPECT_EQ(again.exact_mass(), 16.0313);
  EXPECT_EQ(again.charge(), 0);
}

std::string key_of(const std::string& smiles, const std::string& stated) {
  auto molecule = std::get<Molecule>(standardize(smiles));
  molecule.state_inchikey(stated);
  return molecule.inchikey();
}

TEST(Molecule, HasTheInchikeyOfItsStandardForm) {
  EXPECT_EQ(key_of("CCO", ""), "LFQSCWFLJHTTHZ-UHFFFAOYSA-N");
  EXPECT_EQ(key_of("C[C@H](N)C(=O)O", ""), "QNAYBMKLOCPYGJ-UHFFFAOYSA-N");
}

TEST(Molecule, TakesAStatedInchikeyOfItsOwnFirstBlock) {
  const std::string alanine = "QNAYBMKLOCPYGJ-REOHCLBHSA-N";
  EXPECT_EQ(key_of("C[C@H](N)C(=O)O", alanine), alanine);
  EXPECT_EQ(key_of("C[C@H](N)C(=O)O", "InChIKey=" + alanine), alanine);
  const std::string own = "LFQSCWFLJHTTHZ-UHFFFAOYSA-N";
  for (const auto* other : {"QNAYBMKLOCPYGJ-REOHCLBHSA-N", "LFQSCWFLJHTTHZ", "LFQSCWFLJHTTHZ-x", "",
                            "LFQSCWFLJHTTHZ-UHFFFAOYSA-NN", "lfqscwfljhtthz-uhfffaoysa-n"}) {
    EXPECT_EQ(key_of("CCO", other), own) << other;
  }
}

TEST(Molecule, RebuiltFromAWholeKeyHasBothForms) {
  const auto molecule = Molecule::trusted("CCO", "LFQSCWFLJHTTHZ-UHFFFAOYSA-N", "C2H6O", 46, 0);
  EXPECT_EQ(molecule.inchikey14(), "LFQSCWFLJHTTHZ");
  EXPECT_EQ(molecule.inchikey(), "LFQSCWFLJHTTHZ-UHFFFAOYSA-N");
}

}  // namespace
}  // namespace specbridge
