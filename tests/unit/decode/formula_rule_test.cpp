#include "decode/formula_rule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "any_decoder.h"
#include "chem/molecule.h"
#include "decode/beam_search.h"

namespace specbridge {
namespace {

std::string formula_of_text(const std::string& smiles) {
  const auto read = standardize(smiles);
  const auto* molecule = std::get_if<Molecule>(&read);
  return molecule == nullptr ? "" : molecule->formula();
}

TEST(FormulaRule, EverythingThatEndsHasTheFormula) {
  const std::vector<std::string> formulas = {"C2H6O",  "C3H4N2", "C3H7NO",
                                             "C2H5Cl", "CH4O",   "C4H4O"};
  std::size_t found = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const std::string& formula = formulas[seed % formulas.size()];
    AnyDecoder decoder(seed);
    const FormulaRule rule(kVocabulary, formula);
    for (const auto& sequence : beam_search(decoder, kVocabulary.special(), {24, 10}, &rule)) {
      if (!sequence.ended) continue;
      ++found;
      EXPECT_EQ(formula_of_text(kVocabulary.text(sequence.tokens)), formula);
    }
  }
  EXPECT_GT(found, 500U);
}

TEST(FormulaRule, AtomsThatAreLeftMayFollowAndTheEndOnceNoneIs) {
  const FormulaRule rule(kVocabulary, "C2H5ClO");
  EXPECT_EQ(allowed(rule, "CC"), (std::vector<std::string>{"O", "(", "=", "1", "o", "Cl"}));
  EXPECT_EQ(allowed(rule, "C(Cl)"),
            (std::vector<std::string>{"C", "O", "(", "=", "c", "o", "[C@H]"}));
  EXPECT_EQ(allowed(rule, "OC[C@H](Cl)"), (std::vector<std::string>{"<end>", "(", "="}));
}

TEST(FormulaRule, HydrogensAreCountedAtTheEnd) {
  const FormulaRule rule(kVocabulary, "C2H6O");
  EXPECT_TRUE(rule.accepts(*kVocabulary.tokens("CCO")));
  EXPECT_TRUE(rule.accepts(*kVocabulary.tokens("COC")));
  EXPECT_FALSE(rule.accepts(*kVocabulary.tokens("CC=O")));
  EXPECT_FALSE(rule.accepts(*kVocabulary.tokens("CC(O")));
}

TEST(FormulaRule, WhatIsNoFormulaIsRefused) {
  EXPECT_THROW(FormulaRule(kVocabulary, "Q2"), std::invalid_argument);
}

}  // namespace
}  // namespace specbridge
