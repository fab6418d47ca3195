#include <gtest/gtest.h>

#include <map>
#include <string>

#include "unit/chem/samples.h"

namespace specbridge {
namespace {

using test::spelling;

std::string reason(const std::string& smiles) {
  const auto result = standardize(smiles);
  const auto* rejection = std::get_if<Rejection>(&result);
  return rejection == nullptr ? "accepted" : rejection->reason;
}

TEST(Salts, DrawnWithABondToTheMetalAreTheirAcids) {
  const std::map<std::string, std::string> kAcids = {
      {"O=C(O[Na])c1ccccc1", "O=C(O)c1ccccc1"},
      {"O=C(O[K])c1ccc(O)cc1", "O=C(O)c1ccc(O)cc1"},
      {"CCN(CC)C(=S)S[Na]", "CCN(CC)C(=S)S"},
      {"CC(=O)O[Ca]OC(C)=O", "CC(=O)O"},
      {"O=C1O[Mg]OC(=O)CC1", "O=C(O)CCC(=O)O"},                      // the metal in a ring
      {"O=C1N([Na])S(=O)(=O)c2ccccc21", "O=C1NS(=O)(=O)c2ccccc21"},  // at nitrogen
      {"[Li]n1cccc1", "c1cc[nH]c1"},                                 // at an aromatic one
      {"CC(=O)[O-][Na+]", "CC(=O)O"},                                // charges are drawn, too
      {"CC(=O)[O-]->[Na+]", "CC(=O)O"},
      {"[Cs]OP(=O)(O[Cs])OCC", "CCOP(=O)(O)O"},
      {"CC[Hg]Sc1ccccc1C(=O)O[Na]", "CC[Hg]Sc1ccccc1C(=O)O"},  // mercury stays
      {"[Na]Oc1ccc2ccccc2c1.Cl[K]", "Oc1ccc2ccccc2c1"},
  };
  for (const auto& [salt, acid] : kAcids) EXPECT_EQ(spelling(salt), acid) << salt;
}

TEST(Salts, OfCarbonAcidsAreTheirAcids) {
  EXPECT_EQ(spelling("[Na]C#N"), "C#N");
  EXPECT_EQ(spelling("[K+].[C-]#N"), "C#N");
  EXPECT_EQ(spelling("CCOC(=O)C([Na])C(=O)OCC"), "CCOC(=O)CC(=O)OCC");
  EXPECT_EQ(spelling("[Na+].CC(=O)[CH-]C(C)=O"), "CC(=O)CC(C)=O");
}

TEST(Salts, WithAndWithoutBondHaveOneSpelling) {
  EXPECT_EQ(spelling("CCCC(=O)O[K]"), spelling("[K+].CCCC(=O)[O-]"));
  EXPECT_EQ(spelling("CS(=O)(=O)O[Ba]OS(C)(=O)=O"),
            spelling("[Ba+2].CS(=O)(=O)[O-].CS(=O)(=O)[O-]"));
}

TEST(Salts, OfAcidAndBaseAreChosenFromTheSameWithAndWithoutCharges) {
  EXPECT_EQ(spelling("CC(=O)O.CCCN"), "CC(=O)O");
  EXPECT_EQ(spelling("CC(=O)[O-].CCC[NH3+]"), "CC(=O)O");
  EXPECT_EQ(spelling("CCCC[NH3+].CCC(=O)[O-]"), spelling("CCCCN.CCC(=O)O"));
}

TEST(Organometallics, KeepTheirBonds) {
  for (const std::string smiles :
       {"C[Mg]Br", "[Li]CCCC", "C#C[Na]", "C[Hg]Cl", "CC[Hg]CC", "CCCC[Sn](Cl)(CCCC)CCCC",
        "CC[Pb](CC)(CC)CC", "C[Zn]C", "[Li][AlH4]"}) {
    EXPECT_EQ(spelling(smiles), smiles);
  }
}

TEST(Organometallics, ChlorophyllKeepsItsMagnesium) {
  EXPECT_NE(spelling("C1=CC2=CC3=CC=C4N3[Mg]N5C(=C4)C=CC5=CC1=N2").find("[Mg]"), std::string::npos);
}

TEST(Organometallics, DrawnInSeparatePartsAreRefused) {
  for (const char* smiles : {
           "[cH-]1cccc1.[Fe+2].[cH-]1cccc1",                      // ferrocene
           "[CH-]1C=CC=C1.[CH-]1C=CC=C1.[Fe+2]",                  // in PubChem's spelling
           "[CH]1[CH][CH][CH][CH]1.[CH]1[CH][CH][CH][CH]1.[Fe]",  // as radicals
           "CC(=O)[c-]1cccc1.[cH-]1cccc1.[Ru+2]",
           "[Li+].[CH2-]CCC",
           "[CH3-].[Mg+2].[Br-]",
           "[C-]#[O+].[C-]#[O+].[C-]#[O+].[C-]#[O+].[Ni]",
           "COC(C)(C)C[N+]#[C-].[Cu+]",
           "C1CC(C1)(C(=O)[O-])C(=O)[O-].N.N.[Pt+2]",  // carboplatin
           "N.N.Cl[Pt]Cl",                             // cisplatin
           "[Cl-].[Cl-].[NH3].[NH3].[Pt+2]",
           "NCCN.Cl[Pd]Cl",
           "[Cl-].[Cl-].[Cl-].[Au+3]",
           "C1=CC2=CC3=CC=C([N-]3)C=C4C=CC(=N4)C=C5C=CC(=CC1=N2)[N-]5.[Zn+2]",
       }) {
    EXPECT_EQ(reason(smiles), "complex") << smiles;
  }
  EXPECT_EQ(std::get<Rejection>(standardize("[CH3-].[Li+]")).message,
            "\"[CH3-].[Li+]\" is a compound of Li drawn as separate parts; the largest part alone "
            "would be another molecule");
}

TEST(Organometallics, WithAllOfTheirLigandsStayBesideCounterions) {
  EXPECT_EQ(spelling("[K+].[K+].Cl[Pt-2](Cl)(Cl)Cl"), "Cl[Pt-2](Cl)(Cl)Cl");
  EXPECT_EQ(reason("C[N+](C)(C)C.Cl[Pt-2](Cl)(Cl)Cl"), "accepted");
  EXPECT_EQ(spelling("N.CC(=O)O[Pt]OC(C)=O"), "CC(=O)O[Pt]OC(C)=O");
  EXPECT_EQ(spelling("[Pt]"), "[Pt]");
}

TEST(Salts, WithoutCarbonLeaveTheirAcid) {
  EXPECT_EQ(spelling("O[Na]"), "O");
  EXPECT_EQ(spelling("[OH-].[K+]"), "O");
  EXPECT_EQ(spelling("[F-].[Ag+]"), "F");
}

TEST(Organometallics, AreNotTakenForThemWhereAMetalIsACounterion) {
  EXPECT_EQ(spelling("CC(=O)[O-].CC(=O)[O-].[Zn+2]"), "CC(=O)O");
  EXPECT_EQ(spelling("[Na+].[O-]C(=O)CC[N+]#[C-]"), "[C-]#[N+]CCC(=O)O");
  EXPECT_EQ(spelling("CC(=O)C=C(C)[O-].[Al+3]"), "CC(=O)C=C(C)O");
  EXPECT_EQ(spelling("[Na+].[O-]c1ccccc1"), "Oc1ccccc1");
}

}  // namespace
}  // namespace specbridge
