#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "chem/text/cx_extension.h"
#include "chem/text/inchi_layers.h"
#include "unit/chem/samples.h"

namespace specbridge {
namespace {

using test::molecule;
using test::spelling;

Rejection rejection_of_text(const std::string& text) {
  auto result = standardize(text);
  if (const auto* rejection = std::get_if<Rejection>(&result)) return *rejection;
  ADD_FAILURE() << text << " is accepted";
  return {};
}

TEST(Extension, OfChemAxonStandsBehindASmiles) {
  EXPECT_EQ(leading_structure("C1CC=CC1 |c:2|").structure, "C1CC=CC1 |c:2|");
  const auto named = leading_structure(" CCO |(0,0,;1,0,;2,0,)| grain alcohol ");
  EXPECT_EQ(named.structure, "CCO |(0,0,;1,0,;2,0,)|");
  EXPECT_EQ(named.rest, "grain alcohol");
  EXPECT_EQ(leading_structure("CCO |a name").structure, "CCO");
  EXPECT_EQ(leading_structure("CCO |a name").rest, "|a name");
  EXPECT_EQ(leading_structure("CCO").structure, "CCO");
}

TEST(Extension, ThatSaysNothingOfTheMoleculeChangesNothing) {
  EXPECT_EQ(spelling("C1CC=CC1 |c:2|"), spelling("C1CC=CC1"));
  EXPECT_EQ(spelling("C1=CCCC=CCC1 |c:0,4,t:2|"), spelling("C1=CCCC=CCC1"));
  for (const char* extension :
       {"(0,0,;1,0,;2,0,)", "wU:1.0", "a:1", "&1:1", "o1:1,&2:0", "r", "$;;OH$", "$_AV:1;2;3$",
        "f:0.1", "lp:2:2", "SgD:1:FIELD:data::::", "Sg:gen:0,1,2::", "atomProp:0.name.value:1.a.b",
        "$;;OH$,c:0,(0,0,;1,0,;2,0,),r", ""}) {
    EXPECT_EQ(spelling("CCO |" + std::string(extension) + "|"), "CCO") << extension;
  }
}

TEST(Extension, WithRadicalsMakesThem) {
  EXPECT_EQ(spelling("CCC |^1:1|"), "C[CH]C");
  EXPECT_EQ(spelling("OC1=CC=CC=C1 |^1:0|"), "[O]c1ccccc1");
  EXPECT_EQ(spelling("CC |^1:0,1|"), "[CH2][CH2]");
  EXPECT_EQ(spelling("C |^4:0,lp:0:1|"), "[CH2]");
}

TEST(Extension, ThatLeavesTheStructureOpenIsRefused) {
  EXPECT_EQ(rejection_of_text("CCO |Sg:n:1:x:ht|").message,
            "\"CCO |Sg:n:1:x:ht|\" has an extension that states a polymer or mixture; expected a "
            "fully defined structure");
  for (const char* extension : {"LN:1:1.3", "m:1:2.3", "$;;_R1$", "$Q_e;;$", "$;_AP1;$", "rb:1:2",
                                "s:1:*", "u:1", "RG:_R1={CC}", "Sg:mix:0:::"}) {
    EXPECT_EQ(rejection_of_text("CCO |" + std::string(extension) + "|").reason, "wildcard")
        << extension;
  }
}

TEST(Extension, ThatCannotBeFollowedIsRefused) {
  EXPECT_EQ(
      rejection_of_text("CCO |foo:1|").message,
      "\"CCO |foo:1|\" has an extension that states \"foo:1\", which this program does not know");
  EXPECT_EQ(rejection_of_text("CCO |C:1.0|").message,
            "\"CCO |C:1.0|\" has an extension that states coordinate bonds; write them as \"->\"");
  for (const char* extension :
       {"^1:9", "^9:1", "^1", "(0,0", "$;;OH", "H:1.0", "Z:0", "&:1", "xyz"}) {
    EXPECT_EQ(rejection_of_text("CCO |" + std::string(extension) + "|").reason, "not_smiles")
        << extension;
  }
  EXPECT_EQ(rejection_of_text("CCO |c:0| name").reason, "not_smiles");
}

TEST(InchiText, StandsForAMolecule) {
  const auto acetic = molecule("InChI=1S/C2H4O2/c1-2(3)4/h1H3,(H,3,4)");
  EXPECT_EQ(acetic.smiles(), "CC(=O)O");
  EXPECT_EQ(acetic.inchikey14(), "QTBSBXVTEAMEQO");
  EXPECT_EQ(spelling("InChI=1/C2H6O/c1-2-3/h3H,2H2,1H3"), "CCO");
  EXPECT_EQ(spelling("InChI=1S/H2O/h1H2"), "O");
  EXPECT_EQ(spelling("InChI=1S/C2H6.H2/c1-2;/h1-2H3;1H"), "CC");  // hydrogen is in no connection
  EXPECT_EQ(spelling("InChI=1S/C3H7NO2/c1-2(4)3(5)6/h2H,4H2,1H3,(H,5,6)/t2-/m0/s1"), "CC(N)C(=O)O");
  EXPECT_EQ(spelling("InChI=1S/C6H5NO2/c8-7(9)6-4-2-1-3-5-6/h1-5H"), "O=[N+]([O-])c1ccccc1");
  EXPECT_EQ(spelling("InChI=1S/CH4O/c1-2/h2H,1H3/i1D3"), "[2H]C([2H])([2H])O");
  EXPECT_EQ(spelling("InChI=1S/CH4O/c1-2/h2H,1H3/i1+1"), "[13CH3]O");
  EXPECT_EQ(molecule("InChI=1S/C5H14NO/c1-6(2,3)4-5-7/h7H,4-5H2,1-3H3/q+1").charge(), 1);
}

TEST(InchiText, OfASaltIsItsAcid) {
  EXPECT_EQ(spelling("InChI=1S/C2H4O2.Na/c1-2(3)4;/h1H3,(H,3,4);/q;+1/p-1"), "CC(=O)O");
  EXPECT_EQ(spelling("InChI=1S/2C2H4O2.Ca/c2*1-2(3)4;/h2*1H3,(H,3,4);/q;;+2/p-2"), "CC(=O)O");
}

TEST(InchiText, GivesAmidesAsChemistsWriteThem) {
  EXPECT_EQ(spelling("InChI=1S/C8H9NO2/c1-6(10)9-7-2-4-8(11)5-3-7/h2-5,11H,1H3,(H,9,10)"),
            "CC(=O)Nc1ccc(O)cc1");
  EXPECT_EQ(spelling("InChI=1S/C2H5NS/c1-2(3)4/h1H3,(H2,3,4)"), "CC(N)=S");
}

TEST(InchiText, OfTheLibraryGivesItsStructures) {
  if (!std::filesystem::exists(test::real_library())) GTEST_SKIP() << "no library.smi.gz";
  const auto sample = test::library_sample(1000);
  const auto inchis = test::ask_python(
      "import sys\nfrom rdkit import Chem, RDLogger\nRDLogger.DisableLog('rdApp.*')\n"
      "for s in open(sys.argv[1]):\n"
      "    m = Chem.MolFromSmiles(s.strip())\n"
      "    print(Chem.MolToInchi(m) if m else '')\n",
      sample);
  if (inchis.empty()) GTEST_SKIP() << "no Python with RDKit";
  ASSERT_EQ(inchis.size(), sample.size());
  for (std::size_t i = 0; i < sample.size(); ++i) {
    if (inchis[i].empty()) continue;
    const auto read = standardize(inchis[i]);
    const auto* rejection = std::get_if<Rejection>(&read);
    if (rejection != nullptr && rejection->reason == "complex")
      continue;  // an InChI has no bonds to metals
    EXPECT_EQ(molecule(inchis[i]).inchikey14(), molecule(sample[i]).inchikey14()) << sample[i];
  }
}

TEST(InchiText, ThatIsNotWellFormedIsRefusedBeforeTheLibrarySeesIt) {
  for (const char* text : {"InChI=",
                           "InChI=1S/",
                           "InChI=1S/garbage",
                           "InChI=2S/CH4/h1H4",
                           "InChI=1S/C2H6O/c1-2-9/h3H",
                           "InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3/c1-2",
                           "InChI=1S/C2H6O/c1-(2-3/h3H",
                           "InChI=1S/C2H6O/x1",
                           "InChI=1S/C2H6O/c1-2-3;1-2/h3H",
                           "InChI=1S/CH4/h1H4%n",
                           "InChI=1S/99999C/h1H4",
                           "InChI=1S/C2H6O/c2*1-2-3/h3H",
                           "InChI=1S/C0/h1H4",
                           "InChI=1S/C2H6O/c0-2-3",
                           "InChI=1S/C2H6O/c3",
                           "InChI=1S/C2H6O/c1-2",
                           "InChI=1S/C2H6O/c1-2-",
                           "InChI=1S/C2H6O/c-1-2-3",
                           "InChI=1S/C2H6O/c1--2-3",
                           "InChI=1S/C2H6O/c1-2()3",
                           "InChI=1S/C2H6O/c",
                           "InChI=1S/CH4/c1"}) {
    EXPECT_EQ(rejection_of_text(text).reason, "not_inchi") << text;
  }
  EXPECT_EQ(rejection_of_text("InChI=1S/garbage").message,
            "\"InChI=1S/garbage\" is not a well-formed InChI");
  EXPECT_EQ(rejection_of_text("InChI=1S/C501H1004").reason, "too_large");
  EXPECT_EQ(rejection_of_text("InChI=1S/" + std::string(20000, 'C')).reason, "too_large");
}

TEST(InchiText, WithoutAStructureIsRefused) {
  EXPECT_EQ(rejection_of_text("InChI=1S/C6H6").reason, "bad_structure");
}

TEST(InchiText, KeepsTheLayersOfAMolecule) {
  EXPECT_EQ(
      std::get<std::string>(molecular_layers("InChI=1/CHF/c1-2/h1H/p+1/t1-/m0/s1/i1+1/f/h1H")),
      "InChI=1S/CHF/c1-2/h1H/p+1/i1+1");
}

}  // namespace
}  // namespace specbridge
