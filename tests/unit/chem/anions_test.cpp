#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "unit/chem/samples.h"

namespace specbridge {
namespace {

using test::molecule;
using test::spelling;

/// Every spelling of an anion gives the acid, which is not charged and stays itself.
void expect_acid(const std::string& acid, const std::vector<std::string>& anions) {
  EXPECT_EQ(spelling(acid), acid);
  EXPECT_EQ(molecule(acid).charge(), 0) << acid;
  for (const auto& text : anions) EXPECT_EQ(spelling(text), acid) << text;
}

TEST(Anions, OfNitroalkanesAreTheirAcids) {
  expect_acid("C[N+](=O)[O-]",
              {"[CH2-][N+](=O)[O-]", "C=[N+]([O-])[O-]", "[Na+].C=[N+]([O-])[O-]",
               "C=[N+]([O-])O[Na]", "[Na]C[N+](=O)[O-]", "C=N(=O)[O-].[K+]", "[CH2-]N(=O)=O"});
  expect_acid("CC(C)[N+](=O)[O-]", {"CC(C)=[N+]([O-])[O-]", "C[C-](C)[N+](=O)[O-]"});
  expect_acid("CC(=O)C[N+](=O)[O-]", {"CC(=O)C=[N+]([O-])[O-]", "CC(=O)[CH-][N+](=O)[O-]"});
  expect_acid("O=[N+]([O-])C[N+](=O)[O-]",
              {"O=[N+]([O-])[CH-][N+](=O)[O-]", "O=[N+]([O-])C=[N+]([O-])[O-]"});
  expect_acid("O=[N+]([O-])C([N+](=O)[O-])[N+](=O)[O-]",
              {"O=[N+]([O-])[C-]([N+](=O)[O-])[N+](=O)[O-]"});
  // Beside other acids, and with the metal of a salt.
  expect_acid("O=C(O)C[N+](=O)[O-]", {"[O-]C(=O)C=[N+]([O-])[O-].[Na+].[Na+]"});
  EXPECT_EQ(spelling("[Zn+2].C=[N+]([O-])[O-].[CH2-][N+](=O)[O-]"), "C[N+](=O)[O-]");
}

TEST(Anions, AciNitroCompoundsThatHaveTheirProtonStay) {
  EXPECT_EQ(spelling("C=[N+](O)[O-]"), "C=[N+]([O-])O");
}

TEST(Anions, OfNitrogenBesidePositiveNitrogenAreTheirAcids) {
  expect_acid("CN[N+](=O)[O-]", {"C[N-][N+](=O)[O-]", "CN=[N+]([O-])[O-]"});
  expect_acid("O=[N+]([O-])N[N+](=O)[O-]",
              {"O=[N+]([O-])[N-][N+](=O)[O-]", "O=[N+]([O-])N=[N+]([O-])[O-]"});
  expect_acid("NC(=O)N[N+](=O)[O-]",
              {"NC(=O)[N-][N+](=O)[O-]", "NC(=O)N=[N+]([O-])[O-]", "NC([O-])=N[N+](=O)[O-]"});
  expect_acid("[N-]=[N+]=N", {"[N-]=[N+]=[N-]", "[N-]=[N+]=N[Na]"});
  expect_acid("O=[N+]([O-])O", {"O=[N+]([O-])[O-]", "O=[N+]([O-])O[K]"});
  expect_acid("C#[N+][O-]", {"[C-]#[N+][O-]"});
  expect_acid("C=[N+]=[N-]", {"[CH-]=[N+]=[N-]", "[CH-]=[N+]=[N-].[Li+]"});
}

TEST(Anions, AreAromaticWhereTheyCanBe) {
  expect_acid("O=[N+]([O-])c1ccc(O)cc1",
              {"O=[N+]([O-])c1ccc([O-])cc1", "O=C1C=CC(=[N+]([O-])[O-])C=C1"});
  expect_acid("O=[N+]([O-])c1cc([N+](=O)[O-])c(O)c([N+](=O)[O-])c1",
              {"[O-]c1c([N+](=O)[O-])cc([N+](=O)[O-])cc1[N+](=O)[O-]",
               "O=C1C([N+](=O)[O-])=CC(=[N+]([O-])[O-])C=C1[N+](=O)[O-]"});
  expect_acid("Cc1ccc([N+](=O)[O-])cc1",
              {"[CH2-]c1ccc([N+](=O)[O-])cc1", "C=C1C=CC(=[N+]([O-])[O-])C=C1"});
  expect_acid("C=C1C=CC(=O)C=C1", {"[CH2+]c1ccc([O-])cc1"});
}

TEST(Anions, OfNitrilesAndNitrileOxidesAreTheirAcids) {
  expect_acid("CC#N", {"[CH2-]C#N", "C=C=[N-]"});
  expect_acid("N#CCC#N", {"N#C[CH-]C#N", "N#CC=C=[N-].[Na+]"});
  expect_acid("N#CNC#N", {"N#C[N-]C#N", "N#CN=C=[N-]"});
  expect_acid("CC#[N+][O-]", {"C[C-]=[N+]=O"});
  EXPECT_EQ(spelling("[N-]=C=O"), "N=C=O");
  EXPECT_EQ(spelling("[O-]C#N"), "N#CO");
}

TEST(Anions, OfYlidesAndMesoionicRingsHaveOnePlace) {
  EXPECT_EQ(spelling("CC(=O)[CH-][n+]1ccccc1"), "CC([O-])=C[n+]1ccccc1");
  EXPECT_EQ(spelling("CC([O-])=N[n+]1ccccc1"), "CC(=O)[N-][n+]1ccccc1");
  EXPECT_EQ(spelling("O=C1[CH-][N+](C)=NO1"), "C[n+]1cc([O-])on1");
  EXPECT_EQ(spelling("[O-]C1=C[N+](C)=NO1"), "C[n+]1cc([O-])on1");
  EXPECT_EQ(spelling("C=P(C)(C)[O-]"), "CP(C)(C)=O");
  EXPECT_EQ(spelling("C=S(C)[O-].[Na+]"), "CS(C)=O");
}

TEST(Anions, OfAmidesAndTheirLikeHaveTheirProtonAtNitrogen) {
  expect_acid("CNC(C)=O", {"C[N-]C(C)=O", "CN=C(C)[O-]", "CN=C(C)O[Na]"});
  expect_acid("CNC(C)=S", {"C[N-]C(C)=S", "CN=C(C)[S-]"});
  expect_acid("CNS(C)(=O)=O", {"C[N-]S(C)(=O)=O"});
  expect_acid("CNN=O", {"C[N-]N=O", "CN=N[O-]"});
  expect_acid("CCC1(CC)C(=O)NC(=O)NC1=O",
              {"CCC1(CC)C(=O)NC(=NC1=O)[O-].[Na+]", "CCC1(CC)C(=O)[N-]C(=O)NC1=O"});
  expect_acid("CCCC(C)C1(CC)C(=O)NC(=S)NC1=O", {"CCCC(C)C1(CC)C(=O)NC(=NC1=O)[S-].[Na+]"});
  expect_acid("O=C1NC(=O)C(c2ccccc2)(c2ccccc2)N1",
              {"O=C1NC(=NC1(c1ccccc1)c1ccccc1)[O-].[Na+]", "O=C1[N-]C(=O)NC1(c1ccccc1)c1ccccc1"});
  expect_acid("CCCCNC(=O)NS(=O)(=O)c1ccc(C)cc1",
              {"CCCCNC(=NS(=O)(=O)c1ccc(C)cc1)[O-].[Na+]", "CCCCNC(=O)[N-]S(=O)(=O)c1ccc(C)cc1"});
  expect_acid("O=c1cccc[nH]1", {"[O-]c1ccccn1", "O=c1cccc[n-]1"});
  expect_acid("S=c1[nH]c2ccccc2s1", {"[S-]c1nc2ccccc2s1.[Na+]", "S=c1[n-]c2ccccc2s1"});
  expect_acid("Nc1nc2[nH]cnc2c(=O)[nH]1", {"Nc1nc2[nH]cnc2c([O-])n1", "Nc1nc2[nH]cnc2c(=O)[n-]1"});
}

TEST(Anions, OfAzolesAndAmidinesHaveOnePlace) {
  EXPECT_EQ(spelling("Cc1nnn[n-]1"), spelling("Cc1nn[n-]n1"));
  EXPECT_EQ(spelling("Cc1c[n-]cn1"), spelling("Cc1cnc[n-]1"));
  EXPECT_EQ(spelling("CC([NH-])=NC"), spelling("CC(=N)[N-]C"));
  expect_acid("Nc1ncnc2[nH]cnc12", {"Nc1ncnc2[n-]cnc12", "Nc1ncnc2nc[n-]c12"});
  expect_acid("Nc1ccc(S(=O)(=O)Nc2ncccn2)cc1",
              {"Nc1ccc(S(=O)(=O)[N-]c2ncccn2)cc1.[Na+]", "Nc1ccc(S(=O)(=O)N=c2nccc[n-]2)cc1"});
}

TEST(Anions, OfAcidsOfSulphurHaveOnePlace) {
  expect_acid("CC(=O)S", {"CC(=O)[S-]", "CC([O-])=S"});
  expect_acid("CCOP(O)(=S)OCC", {"CCOP(=O)([S-])OCC", "CCOP([O-])(=S)OCC"});
  EXPECT_EQ(spelling("CS(=O)(=O)[S-]"), spelling("CS(=O)([O-])=S"));
}

TEST(Anions, ThatCannotBeNeutralStay) {
  for (const std::string smiles :
       {"F[B-](F)(F)F", "C[N+](C)(C)[CH-][N+](=O)[O-]", "C[N+](C)(C)CC(=O)[O-]", "[C-]#[N+]C"}) {
    EXPECT_EQ(molecule(smiles).smiles(), smiles);
  }
  EXPECT_EQ(spelling("C[N+](C)(C)C=[N+]([O-])[O-]"), "C[N+](C)(C)[CH-][N+](=O)[O-]");
}

/// Where InChI sees two acids, the proton goes where the charge is drawn.
TEST(Anions, WhoseAcidsAreTwoStructuresStayApart) {
  const std::vector<std::pair<std::string, std::string>> kPairs = {
      {"CC(=O)[CH-]C(C)=O", "CC(=O)C=C(C)[O-]"},
      {"[O-]c1ccc(N=Nc2ccccc2)cc1", "O=C1C=CC(=N[N-]c2ccccc2)C=C1"},
      {"[O-][n+]1ccccc1[S-]", "[O-]n1ccccc1=S"},
      {"CC=N[N-]C", "C[CH-]N=NC"},
      {"CC=N[O-]", "C[CH-]N=O"},
  };
  for (const auto& [one, other] : kPairs) {
    EXPECT_NE(molecule(one).inchikey14(), molecule(other).inchikey14()) << one;
    EXPECT_EQ(molecule(one).charge(), 0) << one;
    EXPECT_EQ(molecule(other).charge(), 0) << other;
  }
  EXPECT_EQ(spelling("CC(=O)[CH-]C(C)=O"), "CC(=O)CC(C)=O");
  EXPECT_EQ(spelling("CC(=O)C=C(C)[O-]"), "CC(=O)C=C(C)O");
}

}  // namespace
}  // namespace specbridge
