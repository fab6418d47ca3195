#include "decode/mass_rule.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "any_decoder.h"
#include "chem/molecule.h"
#include "decode/beam_search.h"

namespace specbridge {
namespace {

// Of C2H6O and its neighbours; monoisotopic masses are those of IUPAC's table.
constexpr double kEthanol = 46.041865;

MassWindow around(double mass) {
  return {mass - 0.0005, mass + 0.0005};
}

double mass_of_text(const std::string& smiles) {
  const auto read = standardize(smiles);
  const auto* molecule = std::get_if<Molecule>(&read);
  return molecule == nullptr ? 0 : molecule->exact_mass();
}

TEST(MassRule, EverythingThatEndsLiesInAWindow) {
  const std::vector<double> masses = {kEthanol, 68.037448, 73.052764, 64.007978, 32.026215};
  std::size_t found = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const double first = masses[seed % masses.size()], second = masses[(seed + 1) % masses.size()];
    AnyDecoder decoder(seed);
    const MassRule rule(kVocabulary, {around(first), around(second)});
    for (const auto& sequence : beam_search(decoder, kVocabulary.special(), {24, 10}, &rule)) {
      if (!sequence.ended) continue;
      ++found;
      const double mass = mass_of_text(kVocabulary.text(sequence.tokens));
      EXPECT_TRUE(std::abs(mass - first) < 0.0005 || std::abs(mass - second) < 0.0005) << mass;
    }
  }
  EXPECT_GT(found, 200U);
}

TEST(MassRule, AtomsAreTooHeavyAndTheEndIsOpenWhereHydrogensMakeUpTheRest) {
  const MassRule rule(kVocabulary, {around(kEthanol)});
  // C2 leaves 22.04 Da, which one more atom goes into, but no number of hydrogens fills.
  EXPECT_EQ(allowed(rule, "CC"), (std::vector<std::string>{"C", "O", "N", "(", "=", "1", "c", "n",
                                                           "o", "[nH]", "[C@H]"}));
  EXPECT_EQ(allowed(rule, "CCO"), (std::vector<std::string>{"<end>", "(", "=", "1"}));
  // O2 leaves 14.05 Da: no oxygen, and 14 hydrogens are too many for two atoms.
  EXPECT_EQ(allowed(rule, "OO"),
            (std::vector<std::string>{"C", "N", "(", "=", "1", "c", "n", "[nH]", "[C@H]"}));
}

TEST(MassRule, HydrogensAreCountedAtTheEnd) {
  const MassRule rule(kVocabulary, {around(kEthanol)});
  EXPECT_TRUE(rule.accepts(*kVocabulary.tokens("CCO")));
  EXPECT_TRUE(rule.accepts(*kVocabulary.tokens("COC")));
  EXPECT_FALSE(rule.accepts(*kVocabulary.tokens("CC=O")));
  EXPECT_FALSE(rule.accepts(*kVocabulary.tokens("CC(O")));
}

TEST(MassRule, NoWindowIsRefused) {
  EXPECT_THROW(MassRule(kVocabulary, {}), std::invalid_argument);
}

}  // namespace
}  // namespace specbridge
