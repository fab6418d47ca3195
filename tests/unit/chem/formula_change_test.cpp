#include "chem/formulas/formula_change.h"

#include <gtest/gtest.h>

#include "chem/formulas/formula.h"

namespace specbridge {
namespace {

double mass(const char* formula) {
  return formula_mass(formula).value();
}

constexpr double kWidth = 0.002;

TEST(FormulaChange, NamesWhatIsGained) {
  EXPECT_EQ(formula_change("C10H10O3", mass("CH2"), kWidth), "+CH2");
  EXPECT_EQ(formula_change("C10H10O3", mass("O"), kWidth), "+O");
  EXPECT_EQ(formula_change("C10H10O3", mass("C6H10O5"), kWidth), "+C6H10O5");
}

TEST(FormulaChange, NamesWhatIsLost) {
  EXPECT_EQ(formula_change("C10H10O3", -mass("H2O"), kWidth), "-H2O");
  EXPECT_EQ(formula_change("C10H10ClNO3", -mass("Cl") + mass("H"), kWidth), "+H-Cl");
}

TEST(FormulaChange, NamesAnExchange) {
  EXPECT_EQ(formula_change("C10H10O3", mass("O") - mass("H2"), kWidth), "+O-H2");
  EXPECT_EQ(formula_change("C10H10O3", mass("SO3"), kWidth), "+O3S");
}

TEST(FormulaChange, LosesNothingThatIsNotThere) {
  EXPECT_EQ(formula_change("C10H22", -mass("H2O"), kWidth), "");
}

TEST(FormulaChange, IsEmptyWhereNothingFits) {
  EXPECT_EQ(formula_change("C10H10O3", 0.3, kWidth), "");
  EXPECT_EQ(formula_change("C10H10O3", 0, kWidth), "");
  EXPECT_EQ(formula_change("C10H10O3", 900, kWidth), "");
}

TEST(FormulaChange, TakesTheSimplestOfThoseThatFit) {
  // CH4 and O are 0.036 apart: both fit a width of 0.05.
  EXPECT_EQ(formula_change("C10H10O3", mass("O"), 0.05), "+O");
}

}  // namespace
}  // namespace specbridge
