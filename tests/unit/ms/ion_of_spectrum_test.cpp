#include "specbridge/ion_of_spectrum.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge {
namespace {

std::optional<std::string> adduct_name(const std::string& adduct, std::optional<int> charge) {
  Spectrum spectrum;
  spectrum.adduct = adduct;
  spectrum.charge = charge;
  const auto found = ion_of(spectrum).adduct;
  return found ? std::optional(found->name) : std::nullopt;
}

TEST(IonOfSpectrum, IsTheOneTheRecordStates) {
  EXPECT_EQ(adduct_name("[M+Na]+", {}), "[M+Na]+");
  EXPECT_EQ(adduct_name("[M+Na]+", 1), "[M+Na]+");
}

TEST(IonOfSpectrum, FollowsFromTheChargeWithoutOne) {
  EXPECT_EQ(adduct_name("", 1), "[M+H]+");
  EXPECT_EQ(adduct_name("", -1), "[M-H]-");
  EXPECT_EQ(adduct_name("", 2), "[M+2H]2+");
}

TEST(IonOfSpectrum, HasTheSignOfTheIonModeWithoutOne) {
  Spectrum spectrum;
  spectrum.charge = 2;
  spectrum.polarity = -1;
  EXPECT_EQ(ion_of(spectrum).adduct->name, "[M-2H]2-");
  EXPECT_EQ(ion_of(spectrum).possible.front().adduct.name, "[M-2H]2-");
  spectrum.adduct = "[M+H]+";
  EXPECT_EQ(ion_of(spectrum).adduct->name, "[M+H]+");
}

/// What a record states of its ion, and the adducts that a user lists.
struct Stated {
  std::string adduct = {};
  int mode = 0;
  std::optional<int> charge = {};
  bool sign_assumed = false;
  std::string list = {};
};

int mode_of(const Stated& stated) {
  Spectrum spectrum;
  spectrum.adduct = stated.adduct;
  spectrum.polarity = stated.mode;
  spectrum.charge = stated.charge;
  spectrum.sign_assumed = stated.sign_assumed;
  const auto list = stated.list.empty() ? std::vector<Adduct>() : parse_adduct_list(stated.list);
  return polarity_of(spectrum, ion_of(spectrum, list));
}

TEST(PolarityOf, IsThatOfTheAdductThenOfTheModeThenOfTheCharge) {
  EXPECT_EQ(mode_of({"[M-H]-", 0, {}}), -1);
  EXPECT_EQ(mode_of({"[M-H]-", 1, 1}), -1) << "the adduct is what masses are worked out from";
  EXPECT_EQ(mode_of({"", -1, 1}), -1) << "some converters write every charge as positive";
  EXPECT_EQ(mode_of({"[M+?]", -1, {}}), -1) << "an adduct that cannot be read says nothing";
  EXPECT_EQ(mode_of({"", 0, -2}), -1);
  EXPECT_EQ(mode_of({"", 0, 2}), 1);
}

TEST(PolarityOf, IsNotKnownWhereNothingSaysIt) {
  EXPECT_EQ(mode_of({}), 0);
  EXPECT_EQ(mode_of({"", 0, 1, true}), 0) << "a charge without a sign";
  EXPECT_EQ(mode_of({"", -1, 1, true}), -1);
  EXPECT_EQ(polarity_of(Spectrum(), IonOfSpectrum()), 0);
}

TEST(PolarityOf, IsThatOfAListAllOfWhichHaveOneSign) {
  EXPECT_EQ(mode_of({"", 0, {}, false, "[M-H]-,[M+Cl]-"}), -1);
  EXPECT_EQ(mode_of({"", 0, 1, true, "[M-H]-,[M+Cl]-"}), -1);
  EXPECT_EQ(mode_of({"", 0, {}, false, "[M+H]+,[M-H]-"}), 0);
  EXPECT_EQ(mode_of({"", 0, 1, false, "[M+H]+,[M-H]-"}), 1);
}

/// The adducts of [M+H]+, [M+Na]+, [M-H]-, [M+2H]2+ that a record without adduct may be.
std::string tried(std::optional<int> charge, bool sign_assumed, int polarity) {
  Spectrum spectrum;
  spectrum.charge = charge;
  spectrum.sign_assumed = sign_assumed;
  spectrum.polarity = polarity;
  const auto list = parse_adduct_list("[M+H]+,[M+Na]+,[M-H]-,[M+2H]2+");
  return names_of(ion_of(spectrum, list).possible);
}

TEST(IonOfSpectrum, OfAListAreThoseOfTheChargeAndItsSign) {
  EXPECT_EQ(tried(1, false, 0), "[M+H]+, [M+Na]+");
  EXPECT_EQ(tried(-1, false, 0), "[M-H]-");
  EXPECT_EQ(tried(2, false, 0), "[M+2H]2+");
  EXPECT_EQ(tried({}, false, 0), "[M+H]+, [M+Na]+, [M-H]-, [M+2H]2+");
}

TEST(IonOfSpectrum, OfAListAreThoseOfBothSignsWhereTheChargeHasNone) {
  EXPECT_EQ(tried(1, true, 0), "[M+H]+, [M+Na]+, [M-H]-");
  EXPECT_EQ(tried(2, true, 0), "[M+2H]2+");
}

TEST(IonOfSpectrum, OfAListHaveTheSignOfTheIonModeWhateverTheChargeSays) {
  EXPECT_EQ(tried(1, false, -1), "[M-H]-");
  EXPECT_EQ(tried(-1, false, 1), "[M+H]+, [M+Na]+");
  EXPECT_EQ(tried({}, false, -1), "[M-H]-");
}

/// The ions of a record whose text states these m/z and adducts, "[M+H]+ 100.0".
std::vector<std::string> ions(const std::string& mz, const std::string& adducts) {
  const auto reader = read_spectra(
      "BEGIN IONS\nPEPMASS=" + mz + "\nADDUCT=" + adducts + "\n50 1\nEND IONS\n", "f.mgf");
  Spectrum spectrum;
  EXPECT_TRUE(reader->next(spectrum));
  std::vector<std::string> names;
  for (const auto& ion : ion_of(spectrum).possible) {
    names.push_back(ion.adduct.name + " " + shortest(ion.mz));
  }
  return names;
}

using Names = std::vector<std::string>;

TEST(IonOfSpectrum, OfAChainIsTheLastPairWhereAllSayOneMass) {
  EXPECT_EQ(ions("568.3256/494.2888", "[M+CH3COO]-/[M-CH3]-"), (Names{"[M-CH3]- 494.2888"}));
  EXPECT_EQ(ions("568.3256, 494.2888", "[M+CH3COO]-, [M-CH3]-"), (Names{"[M-CH3]- 494.2888"}));
  EXPECT_EQ(ions("195.0877/177.0771/149.0822", "[M+H]+/[M+H-H2O]+/[M+H-CH2O2]+"),
            (Names{"[M+H-CH2O2]+ 149.0822"}));
}

TEST(IonOfSpectrum, OfAChainSaysTheMassThatItsPairsSay) {
  const auto reader = read_spectra(
      "BEGIN IONS\nPEPMASS=568.3256/494.2888\nADDUCT=[M+CH3COO]-/[M-CH3]-\n50 1\nEND IONS\n",
      "f.mgf");
  Spectrum spectrum;
  ASSERT_TRUE(reader->next(spectrum));
  const Ion ion = ion_of(spectrum).possible.front();
  EXPECT_NEAR(neutral_mass(ion.adduct, ion.mz), 509.3117, 1e-3);
  EXPECT_EQ(spectrum.precursor_mz, 494.2888);
}

TEST(IonOfSpectrum, OfAChainIsThePairThatCanBeRead) {
  EXPECT_EQ(ions("786.5291/699.4970", "[M-H]-/[M-Ser]-"), (Names{"[M-H]- 786.5291"}));
  EXPECT_EQ(ions("568.3256/0", "[M+CH3COO]-/[M-CH3]-"), (Names{"[M+CH3COO]- 568.3256"}));
}

TEST(IonOfSpectrum, OfAChainIsEveryPairWhereTheyContradictEachOther) {
  EXPECT_EQ(ions("568.3256/494.2888", "[M-CH3]-/[M+CH3COO]-"),
            (Names{"[M+CH3COO]- 494.2888", "[M-CH3]- 568.3256"}));
}

TEST(IonOfSpectrum, OfSeveralAdductsIsEachAtTheOnePrecursor) {
  EXPECT_EQ(ions("195.0877", "[M+H]+/[M+Na]+"), (Names{"[M+H]+ 195.0877", "[M+Na]+ 195.0877"}));
  EXPECT_EQ(ions("195.0877", "[M+Zz]+,[M+NH4]+,[M+K]+"),
            (Names{"[M+NH4]+ 195.0877", "[M+K]+ 195.0877"}));
}

TEST(IonOfSpectrum, OfOneAdductIsThatAtEachPrecursor) {
  EXPECT_EQ(ions("866.59/792.13", "[M+H]+"), (Names{"[M+H]+ 792.13", "[M+H]+ 866.59"}));
}

TEST(IonOfSpectrum, OfAListTooLongForAChainIsAtTheLastPrecursor) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += std::to_string(100 + i) + ".5/";
  EXPECT_EQ(ions(many + "200.25", "[M+H]+"), (Names{"[M+H]+ 200.25"}));
}

TEST(IonOfSpectrum, OfMorePrecursorsThanAdductsIsOfTheFirst) {
  EXPECT_EQ(ions("568.3256/494.2888/153.0", "[M+CH3COO]-/[M-CH3]-"), (Names{"[M-CH3]- 494.2888"}));
}

TEST(IonOfSpectrum, IsAssumedFromChargeOrIonModeWhereNoneIsStated) {
  const auto assumption = [](const std::string& fields) {
    const auto reader =
        read_spectra("BEGIN IONS\nPEPMASS=195.0877\n" + fields + "\n50 1\nEND IONS\n", "f.mgf");
    Spectrum spectrum;
    EXPECT_TRUE(reader->next(spectrum));
    const auto ion = ion_of(spectrum);
    return names_of(ion.possible) + " " + assumption_of(spectrum, ion);
  };
  EXPECT_EQ(assumption("CHARGE=1+"), "[M+H]+ adduct assumed from the ion mode");
  EXPECT_EQ(assumption("CHARGE=1\nIONMODE=negative"), "[M-H]- adduct assumed from the ion mode");
  EXPECT_EQ(assumption("CHARGE=1"), "[M+H]+ adduct assumed from the charge");
  EXPECT_EQ(assumption("CHARGE=2-"), "[M-2H]2- adduct assumed from the ion mode");
  EXPECT_EQ(assumption("CHARGE=1+\nADDUCT=[M+Na]+"), "[M+Na]+ ");
  EXPECT_EQ(assumption("IONMODE=positive"), " ");
}

TEST(IonOfSpectrum, IsAssumedWhereTheAdductIsSaidNotToBeKnown) {
  const auto assumed = [](const std::string& fields) {
    const auto reader =
        read_spectra("BEGIN IONS\nPEPMASS=195.0877\n" + fields + "\n50 1\nEND IONS\n", "f.mgf");
    Spectrum spectrum;
    EXPECT_TRUE(reader->next(spectrum));
    const auto ion = ion_of(spectrum);
    return std::pair(names_of(ion.possible), ion.source == AdductSource::charge);
  };
  for (const char* adduct :
       {"[M+?]+", "[M]?", "unknown", "N/A", "-", "[M+?]1+", "M+?", "?", "UNK"}) {
    EXPECT_EQ(assumed("CHARGE=1+\nADDUCT=" + std::string(adduct)),
              std::pair(std::string("[M+H]+"), true))
        << adduct;
  }
  EXPECT_EQ(assumed("CHARGE=1-\nADDUCT=[M+?]-"), std::pair(std::string("[M-H]-"), true));
  EXPECT_EQ(assumed("ADDUCT=[M+?]-"), std::pair(std::string("[M-H]-"), true));  // its own charge
  EXPECT_EQ(assumed("CHARGE=0\nADDUCT=[M+?]2+"), std::pair(std::string("[M+2H]2+"), true));
  EXPECT_EQ(assumed("CHARGE=1+\nADDUCT=[M+Zz]+"), std::pair(std::string(), false));
  EXPECT_EQ(assumed("CHARGE=1+\nADDUCT=[M+Na]+?"), std::pair(std::string(), false));  // a guess
  EXPECT_EQ(assumed("CHARGE=1+\nADDUCT=unknown\nPRECURSOR_TYPE=[M+Na]+"),
            std::pair(std::string("[M+Na]+"), false));
}

TEST(NearestIon, IsTheOneWithTheSmallestMassError) {
  const std::vector<Ion> ions = {{*parse_adduct("[M+H]+"), 161.1073},
                                 {*parse_adduct("[M+H]+"), 163.1230}};
  EXPECT_EQ(nearest_ion(ions, 162.1157).mz, 163.1230);  // nicotine
  EXPECT_EQ(names_of(ions), "[M+H]+ at 161.1073, [M+H]+ at 163.1230");
  EXPECT_EQ(adducts_of(ions).size(), 1U);
}

TEST(IonOfSpectrum, IsNothingWhereItCannotBeRead) {
  EXPECT_EQ(adduct_name("[M+Zz]+", 1), std::nullopt);  // the charge must not stand in for it
  EXPECT_EQ(adduct_name("", {}), std::nullopt);
}

}  // namespace
}  // namespace specbridge
