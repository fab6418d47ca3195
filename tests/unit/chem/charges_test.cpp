#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/chem/samples.h"

namespace specbridge {
namespace {

using test::molecule;
using test::spelling;

/// The first is the standard form of all.
void expect_one_form(const std::vector<std::string>& spellings) {
  for (const auto& text : spellings) EXPECT_EQ(spelling(text), spellings.front()) << text;
}

TEST(Charges, SulphurPhosphorusAndTheirLikeHaveNone) {
  expect_one_form({"CS(=O)c1ccc(N)cc1", "C[S+]([O-])c1ccc(N)cc1"});
  expect_one_form({"CS(C)(=O)=O", "C[S+2](C)([O-])[O-]", "C[S+](C)(=O)[O-]"});
  expect_one_form({"CP(C)(C)=O", "C[P+](C)(C)[O-]"});
  expect_one_form({"CCOP(=S)(OCC)OCC", "CCO[P+]([S-])(OCC)OCC"});
  expect_one_form({"C=P(c1ccccc1)(c1ccccc1)c1ccccc1", "[CH2-][P+](c1ccccc1)(c1ccccc1)c1ccccc1"});
  expect_one_form({"CN=S(C)C", "C[S+](C)[N-]C"});
  expect_one_form({"C[Se](C)=O", "C[Se+](C)[O-]"});
  expect_one_form({"C[As](C)(C)=O", "C[As+](C)(C)[O-]"});
  expect_one_form({"O=S1C=CC=C1", "[O-][s+]1cccc1"});
  expect_one_form({"O=Ic1ccccc1", "[O-][I+]c1ccccc1"});
  expect_one_form({"CS(=O)(=O)O", "C[S+2]([O-])([O-])[O-].[Na+]"});
}

TEST(Charges, NitrogenKeepsFourBonds) {
  expect_one_form({"C[N+](=O)[O-]", "CN(=O)=O"});
  expect_one_form({"[O-][n+]1ccccc1", "O=n1ccccc1"});
  expect_one_form({"C[N+](C)(C)[O-]", "CN(C)(C)=O"});
  expect_one_form({"CC#[N+][O-]", "CC#N=O"});
  expect_one_form({"CN=[N+](C)[O-]", "C[N+]([O-])=NC", "CN(=O)=NC"});
}

TEST(Charges, AzidesAndDiazoCompoundsEndAlike) {
  expect_one_form({"CN=[N+]=[N-]", "C[N-][N+]#N", "CN=N#N"});
  expect_one_form({"C=[N+]=[N-]", "[CH2-][N+]#N", "C=N#N"});
  expect_one_form({"CC(=O)C=[N+]=[N-]", "CC([O-])=C[N+]#N", "CC(=O)[CH-][N+]#N"});
}

TEST(Charges, OfNitronesAndTheirLikeAreAtNitrogenAndOxygen) {
  expect_one_form({"C=[N+](C)[O-]", "[CH2-][N+](C)=O"});
  expect_one_form({"[O-][n+]1cnc2ccccc2c1O", "O=[n+]1[cH-]nc2ccccc2c1O"});
  // Two of them in one ring: each charge has its own partner.
  expect_one_form(
      {spelling("N#Cc1c(N)[n+]([O-])c2ccccc2[n+]1[O-]"), "N#C[c-]1c(N)[n+]([O-])c2ccccc2[n+]1=O"});
  EXPECT_EQ(molecule("N#C[c-]1c(N)[n+]([O-])c2ccccc2[n+]1=O").formula(), "C9H6N4O2");
}

TEST(Charges, AreJoinedAlongConjugatedBonds) {
  expect_one_form({"Cn1ccc(=O)cc1", "C[n+]1ccc([O-])cc1"});
  expect_one_form({"CC(=O)N(C)C", "CC([O-])=[N+](C)C"});
  expect_one_form({"CC(N)=O", "CC([O-])=[NH2+]"});
  expect_one_form({"CN1C=CC(=C2C=CC(=O)C=C2)C=C1", "C[n+]1ccc(-c2ccc([O-])cc2)cc1"});
  expect_one_form({"CN(C)C=CC=O", "C[N+](C)=CC=C[O-]"});
}

TEST(Charges, ThatCannotBeJoinedStay) {
  for (const std::string smiles : {"C[N+](C)(C)CC(=O)[O-]", "C[n+]1cccc(C(=O)[O-])c1", "[C-]#[N+]C",
                                   "C[N+](C)(C)[NH-]", "C[n+]1cccc(C(N)=O)c1"}) {
    EXPECT_EQ(molecule(smiles).smiles(), smiles);
  }
}

TEST(Charges, OfDelocalisedCationsHaveOnePlace) {
  expect_one_form({"CC[n+]1ccn(C)c1", "CCn1cc[n+](C)c1"});
  expect_one_form({"CN(C)c1ccc(C(=C2C=CC(=[N+](C)C)C=C2)c2ccccc2)cc1",
                   "CN(C)c1ccc([C+](c2ccccc2)c2ccc(N(C)C)cc2)cc1"});
  expect_one_form(
      {spelling("CN(C)c1ccc2nc3ccc(=[N+](C)C)cc3sc2c1"), "CN(C)c1ccc2nc3ccc(cc3[s+]c2c1)N(C)C"});
  EXPECT_EQ(molecule("CCn1cc[n+](C)c1").charge(), 1);
}

TEST(Charges, GoWithTheProtonWhereAConjugatedAtomHasOne) {
  expect_one_form({"CN(C)C(=N)N", "C[N+](C)=C(N)N", "CN(C)C(=[NH2+])N", "CN(C)[C+](N)N"});
  expect_one_form({"CN=CN(C)C", "CNC=[N+](C)C", "C[NH+]=CN(C)C"});
}

TEST(Charges, EqualInchiKeysOfPairsWithAndWithoutChargesHaveEqualSpellings) {
  // One molecule in the spellings of several programs.
  EXPECT_EQ(spelling("CC1=C(CC(=O)O)c2cc(F)ccc2C1=Cc1ccc([S+](C)[O-])cc1"),
            spelling("CC1=C(CC(=O)O[Na])c2cc(F)ccc2C1=Cc1ccc(S(C)=O)cc1"));
}

TEST(Charges, DoNotDependOnTheOrderOfAtoms) {
  if (!std::filesystem::exists(test::real_library())) GTEST_SKIP() << "no library.smi.gz";
  const auto sample = test::library_sample(500);
  const auto separated = test::ask_python(
      "import sys\nfrom rdkit import Chem, RDLogger\nfrom rdkit.Chem import AllChem\n"
      "RDLogger.DisableLog('rdApp.*')\n"
      "rules = [AllChem.ReactionFromSmarts(r) for r in (\n"
      "    '[#6:1][S+0;X3:2](=[O:3])[#6:4]>>[*:1][S+:2]([O-:3])[*:4]',\n"
      "    '[S+0;X4:1](=[O:2])=[O:3]>>[S+2:1]([O-:2])[O-:3]',\n"
      "    '[P+0;X4:1]=[O,S:2]>>[P+:1][*-:2]',\n"
      "    '[CX3:1](=[O:2])[OX2H1:3]>>[C:1](=[O:2])[O+0:3][Na]')]\n"
      "for s in open(sys.argv[1]):\n"
      "    m = Chem.MolFromSmiles(s.strip())\n"
      "    for r in rules:\n"
      "        for p in r.RunReactants((m,))[:1]:\n"
      "            Chem.SanitizeMol(p[0]); m = p[0]\n"
      "    print(Chem.MolToSmiles(m, doRandom=True))\n",
      sample);
  if (separated.empty()) GTEST_SKIP() << "no Python with RDKit";
  ASSERT_EQ(separated.size(), sample.size());
  for (std::size_t i = 0; i < sample.size(); ++i) {
    EXPECT_EQ(spelling(separated[i]), spelling(sample[i])) << separated[i];
  }
}

}  // namespace
}  // namespace specbridge
