#include "chem/formulas/formula.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "unit/chem/samples.h"

namespace specbridge {
namespace {

TEST(Formula, IsPutIntoHillOrder) {
  EXPECT_EQ(hill_formula("C10H10O3"), "C10H10O3");
  EXPECT_EQ(hill_formula("O3H10C10"), "C10H10O3");
  EXPECT_EQ(hill_formula("CH3OH"), "CH4O");
  EXPECT_EQ(hill_formula("NaCl"), "ClNa");
  EXPECT_EQ(hill_formula("H2SO4"), "H2O4S");
  EXPECT_EQ(hill_formula("BrC2H5"), "C2H5Br");
}

TEST(Formula, AcceptsBlanksParenthesesAndHeavyHydrogen) {
  EXPECT_EQ(hill_formula(" C6 H12 O6 "), "C6H12O6");
  EXPECT_EQ(hill_formula("(CH3)2CO"), "C3H6O");
  EXPECT_EQ(hill_formula("((CH2)2O)3"), "C6H12O3");
  EXPECT_EQ(hill_formula("C2D3T1HO"), "C2H5O");
}

TEST(ElementSymbol, IsThatOfTheAtomicNumber) {
  EXPECT_EQ(element_symbol(1), "H");
  EXPECT_EQ(element_symbol(11), "Na");
  EXPECT_EQ(element_symbol(118), "Og");
  EXPECT_THROW(element_symbol(0), std::out_of_range);
  EXPECT_THROW(element_symbol(119), std::out_of_range);
}

TEST(Formula, DropsTheCharge) {
  EXPECT_EQ(hill_formula("C5H14NO+"), "C5H14NO");
  EXPECT_EQ(hill_formula("C5H14N2+2"), "C5H14N2");
  EXPECT_EQ(hill_formula("[C5H14NO]+"), "C5H14NO");
  EXPECT_EQ(hill_formula("[C5H14N2]2+"), "C5H14N2");
  EXPECT_EQ(hill_formula("SO4--"), "O4S");
}

TEST(Formula, TellsElementsApartByCase) {
  EXPECT_EQ(hill_formula("CO"), "CO");
  EXPECT_EQ(hill_formula("Co"), "Co");
}

TEST(Formula, RefusesWhatIsNoFormula) {
  for (const char* text : {"", "N/A", "Xy2", "c6h6", "C0", "()", "(C", "C)", "C10.HCl", "C+H", "[C",
                           "C999999999999", "C6H12O6 glucose", "+", "2C", "C(H"}) {
    EXPECT_EQ(hill_formula(text), std::nullopt) << text;
  }
}

TEST(Formula, AgreesWithTheFormulasOfMolecules) {
  for (const char* smiles : {"CC1Cc2cccc(O)c2C(=O)O1", "OS(=O)(=O)O", "C[N+](C)(C)CCO",
                             "F[B-](F)(F)F", "[2H]C([2H])([2H])O", "BrCCCl", "C[Mg]Br"}) {
    const auto formula = test::molecule(smiles).formula();
    EXPECT_EQ(hill_formula(formula), formula.substr(0, formula.find_first_of("+-"))) << smiles;
  }
}

}  // namespace
}  // namespace specbridge
