#include "specbridge/adduct.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/support.h"

namespace specbridge {
namespace {

struct Row {
  std::string name;
  std::vector<std::string> also;
  double delta = 0;
  int multimer = 1;
  int charge = 1;
};

// Deltas computed from RDKit's isotope masses and the electron mass.
std::vector<Row> positive_rows() {
  return {
      {"[M+H]+", {"M+H", "M+H+", "[M+H]", "[M+H]1+", "M+H[1+]", "[M+1H]+", " [M + H]+ "}, 1.007276},
      {"[M]+",
       {"M+", "[M]+*", "[M]+.", "Cat", "[M]*+", "[Cat]+", "[M.]+", "[M]\xc2\xb7+",
        "[M]\xe2\x80\xa2+"},
       -0.000549},
      {"[M+NH4]+", {"[M+NH3+H]+", "[M+H3N+H]+", "M+NH4+", "M+NH4"}, 18.033826},
      {"[M+Na]+", {"M+Na", "M+Na+", "[M+23Na]+"}, 22.989221},
      {"[M+K]+", {"M+K"}, 38.963158},
      {"[M+Li]+", {}, 7.015456},
      {"[M-H2O+H]+", {"[M+H-H2O]+", "M+H-H2O"}, -17.003288},
      {"[M-2H2O+H]+",
       {"[M-(H2O)2+H]+", "[M-2(H2O)+H]+", "[(M+H)-(H2O+H2O)]+", "[(M-2H2O)+H]+", "[M+H-2H2O]+",
        "[M-H4O2+H]+", "[M+H-H4O2]+"},
       -35.013853},
      {"[M-NH3+H]+", {"[M+H-NH3]+"}, -16.019273},
      {"[M+H3O]+", {"[M+H2O+H]+"}, 19.017841},
      {"[M+2Na-H]+", {"[M-H+2Na]+", "[M+Na2-H]+"}, 44.971165},
      {"[M+2K-H]+", {"[M-H+2K]+"}, 76.919040},
      {"[M+ACN+H]+", {"[M+CH3CN+H]+", "[M+C2H3N+H]+", "[M+acn+H]+"}, 42.033826},
      {"[M+ACN+Na]+", {"[M+C2H3N+Na]+"}, 64.015770},
      {"[M+MeOH+H]+", {"[M+CH3OH+H]+", "[M+CH4O+H]+"}, 33.033491},
      {"[M+IPA+H]+", {"[M+IsoProp+H]+", "[M+C3H8O+H]+"}, 61.064791},
      {"[M+DMSO+H]+", {"[M+C2H6OS+H]+"}, 79.021212},
      {"[M+2H]2+",
       {"[M+2H]++", "[M+2H]\xc2\xb2\xe2\x81\xba", "[M+2H]+2", "[M+2H]", "M+2H2+"},
       2.014553,
       1,
       2},
      {"[M+H+Na]2+", {"[M+Na+H]2+"}, 23.996497, 1, 2},
      {"[M+H+NH4]2+", {}, 19.041102, 1, 2},
      {"[M+3H]3+", {"[M+3H]+++"}, 3.021829, 1, 3},
      {"[2M+H]+", {"2M+H", "[2M+H]"}, 1.007276, 2},
      {"[2M+Na]+", {}, 22.989221, 2},
      {"[2M+NH4]+", {}, 18.033826, 2},
  };
}

std::vector<Row> negative_rows() {
  return {
      {"[M-H]-",
       {"M-H", "M-H-", "[M\xe2\x88\x92H]\xe2\x81\xbb", "[M-H1]-", "[M-H]1-", "[M-H]"},
       -1.007276,
       1,
       -1},
      {"[M]-", {"M-", "[M]-."}, 0.000549, 1, -1},
      {"[M+Cl]-", {"M+Cl", "[M+35Cl]-"}, 34.969401, 1, -1},
      {"[M+Br]-", {}, 78.918886, 1, -1},
      {"[M+HCOO]-",
       {"[M+FA]-", "[M+fa]-", "M+FA-", "[M+(FA)]-", "[M+FA-H]-", "[M+HCOOH-H]-", "[M+HCO2]-",
        "[M+CHO2]-", "[M+CH2O2-H]-", "[M+H2CO2-H]-", "[M-H+CH2O2]-", "[M+HOO]-", "M+FA-H",
        "[M+(HCOOH)-H]-"},
       44.998203,
       1,
       -1},
      {"[M+CH3COO]-",
       {"[M+Hac]-", "[M+HOAc]-", "[M+Hac-H]-", "[M+HAc-H]-", "[M+OAc]-", "[M+CH3COOH-H]-",
        "[M+C2H4O2-H]-", "[M+CH3COO]-/[M-CH3]-"},
       59.013853,
       1,
       -1},
      {"[M+TFA-H]-", {"[M+C2F3O2]-", "[M+TFA]-"}, 112.985587, 1, -1},
      {"[M-H2O-H]-", {"[M-H-H2O]-"}, -19.017841, 1, -1},
      {"[M+Na-2H]-", {"[M-2H+Na]-"}, 20.974668, 1, -1},
      {"[M+K-2H]-", {}, 36.948605, 1, -1},
      {"[M-CH3]-", {}, -15.022927, 1, -1},
      {"[M-CO2-H]-", {"[M-H-CO2]-"}, -44.997106, 1, -1},
      {"[M-2H]2-", {"[M-2H]--", "[M-2H]"}, -2.014553, 1, -2},
      {"[M-2H]-", {}, -2.015101, 1, -1},
  };
}

std::vector<Row> known_rows() {
  std::vector<Row> rows = positive_rows();
  for (auto& row : negative_rows()) rows.push_back(std::move(row));
  return rows;
}

void expect_row(const std::string& spelling, const Row& row) {
  const auto adduct = parse_adduct(spelling);
  ASSERT_TRUE(adduct.has_value()) << spelling;
  EXPECT_EQ(adduct->name, row.name) << spelling;
  EXPECT_EQ(adduct->multimer, row.multimer) << spelling;
  EXPECT_EQ(adduct->charge, row.charge) << spelling;
  EXPECT_NEAR(adduct->delta, row.delta, 2e-6) << spelling;
}

TEST(Adduct, EveryKnownSpellingHasItsNameChargeAndMass) {
  for (const auto& row : known_rows()) {
    expect_row(row.name, row);
    for (const auto& spelling : row.also) expect_row(spelling, row);
  }
}

TEST(Adduct, SpellingsOfOneIonTypeHaveTheSameBits) {
  for (const auto& row : known_rows()) {
    const double delta = parse_adduct(row.name)->delta;
    for (const auto& spelling : row.also)
      EXPECT_EQ(parse_adduct(spelling)->delta, delta) << spelling;
  }
}

TEST(Adduct, AnIonTypeWithoutAKnownNameKeepsItsOwn) {
  const auto adduct = parse_adduct("[3M + Ca - H]1+");
  ASSERT_TRUE(adduct.has_value());
  EXPECT_EQ(adduct->name, "[3M+Ca-H]+");
  EXPECT_EQ(adduct->multimer, 3);
  EXPECT_NEAR(adduct->delta, 39.96259098 - 1.007825032 - 0.00054858, 1e-9);
}

TEST(Adduct, WhatIsNoIonTypeIsRefused) {
  for (const char* text :
       {"",        "N/A",     "[M+Xyz]+", "[M+H",    "M",       "[M]",   "[M+Ac]+",  "[M+H]0+",
        "[M+H]+-", "[M+0H]+", "[M+]+",    "[M+-H]+", "[0M+H]+", "H",     "[M+H]++2", "[M+H]99+",
        "unknown", "[M+h]+",  "+",        "[]+",     "[M+H2O]", "M+C6H6"}) {
    EXPECT_FALSE(parse_adduct(text).has_value()) << text;
  }
}

// Masses of the isotopes as RDKit's periodic table gives them, less or plus an electron.
TEST(Adduct, ANumberThatNamesAnIsotopeIsNoCount) {
  const std::vector<std::pair<const char*, double>> kLabelled = {
      {"[M+37Cl]-", 36.96590259 + 0.000548579909},
      {"[M+(37Cl)]-", 36.96590259 + 0.000548579909},
      {"[M+81Br]-", 80.9162906 + 0.000548579909},
      {"[M+6Li]+", 6.015122795 - 0.000548579909},
      {"[M+7Li]+", 7.01600455 - 0.000548579909},
      {"[M+13C+H]+", 13.00335484 + 1.007825032 - 0.000548579909},
      {"[M+15NH4]+", 15.0001089 + 4 * 1.007825032 - 0.000548579909},
      {"[M-34S+H]+", -33.9678669 + 1.007825032 - 0.000548579909},
      {"[M+13C2H2+H]+", 2 * 13.00335484 + 3 * 1.007825032 - 0.000548579909},
      {"[M+\xc2\xb3\xe2\x81\xb7"
       "Cl]\xe2\x81\xbb",
       36.96590259 + 0.000548579909},
      {"[M+D]+", 2.014101778 - 0.000548579909},
      {"[M-H+2(37Cl)]-", 2 * 36.96590259 - 1.007825032 + 0.000548579909},
  };
  for (const auto& [text, delta] : kLabelled) {
    const auto adduct = parse_adduct(text);
    ASSERT_TRUE(adduct.has_value()) << text;
    EXPECT_NEAR(adduct->delta, delta, 1e-9) << text;
  }
}

TEST(Adduct, AMassNumberOfNoKnownIsotopeIsNotACountEither) {
  for (const char* text : {"[M+36Cl]-", "[M+80Br]-", "[M+5Li]+", "[M+11C+H]+", "[M+125I]-"}) {
    EXPECT_FALSE(parse_adduct(text).has_value()) << text;
  }
}

TEST(Adduct, CountsOfAtomsAndMoleculesStayCounts) {
  const std::vector<std::pair<const char*, double>> kCounted = {
      {"[M+2H]2+", 2 * (1.007825032 - 0.000548579909)},
      {"[M+2Na]2+", 2 * (22.98976928 - 0.000548579909)},
      {"[M+3Li-2H]+", 3 * 7.01600455 - 2 * 1.007825032 - 0.000548579909},
      {"[M-3H2O+H]+", -5 * 1.007825032 - 3 * 15.99491462 - 0.000548579909},
      {"[M-2CO2+H]+", 1.007825032 - 24 - 4 * 15.99491462 - 0.000548579909},
      {"[M+2ACN+H]+", 7 * 1.007825032 + 48 + 2 * 14.003074 - 0.000548579909},
      {"[M+2D]2+", 2 * (2.014101778 - 0.000548579909)},
  };
  for (const auto& [text, delta] : kCounted) {
    const auto adduct = parse_adduct(text);
    ASSERT_TRUE(adduct.has_value()) << text;
    EXPECT_NEAR(adduct->delta, delta, 1e-9) << text;
  }
}

TEST(Adduct, ParenthesesHoldTogetherWhatIsGainedOrLost) {
  const std::vector<std::pair<const char*, const char*>> kSame = {
      {"[M+(NH3)2+H]+", "[M+2NH3+H]+"},         {"[(M+H)-(H2O+CO)]+", "[M+H-H2O-CO]+"},
      {"[M-(H2O+CO)+H]+", "[M-H2O-CO+H]+"},     {"[M-(2H2O+CO)+H]+", "[M-2H2O-CO+H]+"},
      {"[M+H-(C6H10O5)3]+", "[M+H-3C6H10O5]+"}, {"[M-2(H2O+CO)+H]+", "[M-2H2O-2CO+H]+"},
      {"[M+(H2O-NH3)+H]+", "[M+H2O-NH3+H]+"},
  };
  for (const auto& [text, plain] : kSame) {
    const auto adduct = parse_adduct(text), expected = parse_adduct(plain);
    ASSERT_TRUE(adduct.has_value() && expected.has_value()) << text;
    EXPECT_EQ(adduct->delta, expected->delta) << text;
    EXPECT_EQ(adduct->charge, expected->charge) << text;
  }
}

TEST(Adduct, WhatAParenthesisMeansIsNotGuessed) {
  for (const char* text :
       {"[M-(H2O+H]+", "[M-H2O)+H]+", "[M+()+H]+", "[M+2(NH3)2+H]+", "[M+Si(CH3)3]+",
        "[M+(CH3)CO+H]+", "[2(M+H)]2+", "[(M+H)2]2+", "[M+((((((H))))))]+", "[M-(H2O)100+H]+"}) {
    EXPECT_FALSE(parse_adduct(text).has_value()) << text;
  }
}

TEST(Adduct, ADecimalPointIsNoRadicalMark) {
  for (const char* text : {"[M+1.5H]+", "[M+H.2]+", "[M+.5H]+", "[M.H2O+H]+", "[M*2H]+"}) {
    EXPECT_FALSE(parse_adduct(text).has_value()) << text;
  }
}

TEST(Adduct, ReadingItsOwnNameGivesTheSameIonType) {
  for (const char* text :
       {"[M+H]+", "[2M+FA-H]-", "[M+4H]4+", "[M+C2H5OH+H]+", "[3M+FA]-", "[M+37Cl]-",
        "[M-H+(37Cl)2]-", "[M-H+(Cl)37]-", "[M-(H2O+CO)2+H]+", "[M+Fe-2H]+"}) {
    const auto adduct = parse_adduct(text);
    ASSERT_TRUE(adduct.has_value()) << text;
    const auto again = parse_adduct(adduct->name);
    ASSERT_TRUE(again.has_value()) << adduct->name;
    EXPECT_EQ(again->name, adduct->name);
    EXPECT_EQ(again->delta, adduct->delta);
    EXPECT_EQ(again->charge, adduct->charge);
  }
}

TEST(Adduct, NeutralMassAndIonMzAreInverse) {
  for (const auto& row : known_rows()) {
    const auto adduct = parse_adduct(row.name);
    EXPECT_NEAR(neutral_mass(*adduct, ion_mz(*adduct, 178.062994)), 178.062994, 1e-9) << row.name;
  }
}

TEST(Adduct, MelleinHasThePrecursorOfItsMassBankRecord) {
  EXPECT_NEAR(ion_mz(*parse_adduct("[M+H]+"), 178.062994), 179.07027, 1e-5);
  EXPECT_NEAR(ion_mz(*parse_adduct("[2M+2H]2+"), 178.062994), 179.07027, 1e-5);
  EXPECT_NEAR(ion_mz(*parse_adduct("[M+2H]2+"), 178.062994), 90.03877, 1e-5);
}

// PRECURSOR_TYPE as MassBank's own validator lists it: 53 spellings.
constexpr std::pair<const char*, const char*> kMassBank[] = {
    {"[2M-H-C6H10O5]-", "[2M-H-C6H10O5]-"},
    {"[2M-H-CO2]-", "[2M-H-CO2]-"},
    {"[2M-H]-", "[2M-H]-"},
    {"[2M+H]+", "[2M+H]+"},
    {"[2M+Na]+", "[2M+Na]+"},
    {"[M-2H]-", "[M-2H]-"},
    {"[M-2H]--", "[M-2H]2-"},
    {"[M-2H+H2O]-", "[M-2H+H2O]-"},
    {"[M-2H2O+H]+", "[M-2H2O+H]+"},
    {"[M-2H2O+H]+,[M-H2O+H]+", "[M-2H2O+H]+"},
    {"[M-3]+,[M-H2O+H]+", "[M-H2O+H]+"},
    {"[M-C2H3O]-", "[M-C2H3O]-"},
    {"[M-C3H7O2]-", "[M-C3H7O2]-"},
    {"[M-CH3]-", "[M-CH3]-"},
    {"[M-H-C6H10O5]-", "[M-H-C6H10O5]-"},
    {"[M-H-CO2-2HF]-", "[M-H-CO2-2HF]-"},
    {"[M-H-CO2]-", "[M-CO2-H]-"},
    {"[M-H]-", "[M-H]-"},
    {"[M-H]-/[M-Ser]-", "[M-H]-"},
    {"[M-H]+", "[M-H]+"},
    {"[M-H+Li]+*", "[M-H+Li]+"},
    {"[M-H+Na]+", "[M-H+Na]+"},
    {"[M-H+Na]+*", "[M-H+Na]+"},
    {"[M-H+OH]-", "[M-H+OH]-"},
    {"[M-H2O+H]+", "[M-H2O+H]+"},
    {"[M-H2O+H]+,[M-2H2O+H]+", "[M-H2O+H]+"},
    {"[M-OH]+", "[M-H2O+H]+"},
    {"[M]-", "[M]-"},
    {"[M]+", "[M]+"},
    {"[M]+*", "[M]+"},
    {"[M]++", "[M]2+"},
    {"[M+15]+", "[M+CH3]+"},
    {"[M+2H]++", "[M+2H]2+"},
    {"[M+2Na-H]+", "[M+2Na-H]+"},
    {"[M+CH3]+", "[M+CH3]+"},
    {"[M+CH3COO]-", "[M+CH3COO]-"},
    {"[M+CH3COO]-/[M-CH3]-", "[M+CH3COO]-"},
    {"[M+CH3COOH-H]-", "[M+CH3COO]-"},
    {"[M+H-C12H20O9]+", "[M+H-C12H20O9]+"},
    {"[M+H-C6H10O4]+", "[M+H-C6H10O4]+"},
    {"[M+H-C6H10O5]+", "[M+H-C6H10O5]+"},
    {"[M+H-H2O]+", "[M-H2O+H]+"},
    {"[M+H]+", "[M+H]+"},
    {"[M+H]+,[M-H2O+H]+", "[M+H]+"},
    {"[M+HCOO]-", "[M+HCOO]-"},
    {"[M+K-2H]-", "[M+K-2H]-"},
    {"[M+K]+", "[M+K]+"},
    {"[M+Li]+*", "[M+Li]+"},
    {"[M+Na]+", "[M+Na]+"},
    {"[M+Na]+*", "[M+Na]+"},
    {"[M+NH3+H]+", "[M+NH4]+"},
    {"[M+NH4]+", "[M+NH4]+"},
    {"[M]+.", "[M]+"},
};

TEST(Adduct, EverySpellingOfMassBankIsRead) {
  for (const auto& [spelling, name] : kMassBank) {
    const auto adduct = parse_adduct(spelling);
    ASSERT_TRUE(adduct.has_value()) << spelling;
    EXPECT_EQ(adduct->name, name) << spelling;
  }
}

// Further spellings of MassBank's records of older format versions and of MassSpecGym.
TEST(Adduct, SpellingsOfOlderRecordsAreRead) {
  const std::vector<std::pair<const char*, const char*>> kOlder = {
      {"[(M+NH3)+H]+", "[M+NH4]+"},
      {"[(M+CH3COOH)-H]-", "[M+CH3COO]-"},
      {"[M+HCOO-]-", "[M+HCOO]-"},
      {"[M+H-(C12H20O9)]+", "[M+H-C12H20O9]+"},
      {"[M-H]-/[M-C3H6NO2]-", "[M-H]-"},
      {"[M-H-C6H9O5SO3H]-", "[M-H-C6H9O5SO3H]-"},
      {"[M+H-C24H44O-H2O]+", "[M+H-C24H44O-H2O]+"},
      {"[M-3H2O+2H]2+", "[M-3H2O+2H]2+"},
      {"[M+formate]-", "[M+HCOO]-"},
      {"[M+acetate]-", "[M+CH3COO]-"},
      {"[M+Oac]-", "[M+CH3COO]-"},
      {"[M+Na+CH3CN]+", "[M+ACN+Na]+"},
      {"[M-MeOH+H]+", "[M-MeOH+H]+"},
  };
  for (const auto& [spelling, name] : kOlder) {
    const auto adduct = parse_adduct(spelling);
    ASSERT_TRUE(adduct.has_value()) << spelling;
    EXPECT_EQ(adduct->name, name) << spelling;
  }
}

TEST(Adduct, AListIsReadInItsOrderAndEachIonTypeOnce) {
  const auto adducts = parse_adduct_list("[M+H]+, M+Na,[M+H]1+,[M-H]-");
  ASSERT_EQ(adducts.size(), 3U);
  EXPECT_EQ(adducts[0].name, "[M+H]+");
  EXPECT_EQ(adducts[1].name, "[M+Na]+");
  EXPECT_EQ(adducts[2].name, "[M-H]-");
}

TEST(Adduct, AListWithAnUnknownOneIsRefused) {
  EXPECT_EQ(test::message_of([] { parse_adduct_list("[M+H]+,[M+Zz]+"); }),
            "--adducts: \"[M+Zz]+\" is no adduct; expected for example [M+H]+,[M+Na]+");
  EXPECT_EQ(test::message_of([] { parse_adduct_list("[M+H]+,[M-H]-/[M+Cl]-"); }),
            "--adducts: \"[M-H]-/[M+Cl]-\" is no adduct; expected for example [M+H]+,[M+Na]+");
}

TEST(Adduct, IsContradictedByAnotherChargeOrIonMode) {
  const auto negative = *parse_adduct("[M-H]-");
  Spectrum spectrum;
  EXPECT_FALSE(contradicts(spectrum, negative));
  spectrum.charge = -1;
  spectrum.polarity = -1;
  EXPECT_FALSE(contradicts(spectrum, negative));
  spectrum.charge = 1;
  EXPECT_TRUE(contradicts(spectrum, negative));
  spectrum.charge.reset();
  spectrum.polarity = 1;
  EXPECT_TRUE(contradicts(spectrum, negative));
  spectrum.polarity = 0;
  spectrum.charge = -2;
  EXPECT_TRUE(contradicts(spectrum, negative));
}

TEST(Adduct, AChargeAloneMeansProtonsGainedOrLost) {
  EXPECT_EQ(protonation(1).name, "[M+H]+");
  EXPECT_EQ(protonation(-1).name, "[M-H]-");
  EXPECT_EQ(protonation(2).name, "[M+2H]2+");
  EXPECT_EQ(protonation(-4).name, "[M-4H]4-");
  EXPECT_THROW(protonation(0), std::invalid_argument);
}

}  // namespace
}  // namespace specbridge
