#include "specbridge/ion_of_spectrum.h"

#include <gtest/gtest.h>

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
  EXPECT_EQ(ion_of(spectrum).possible.front().name, "[M-2H]2-");
  spectrum.adduct = "[M+H]+";
  EXPECT_EQ(ion_of(spectrum).adduct->name, "[M+H]+");
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

TEST(IonOfSpectrum, IsNothingWhereItCannotBeRead) {
  EXPECT_EQ(adduct_name("[M+Zz]+", 1), std::nullopt);  // the charge must not stand in for it
  EXPECT_EQ(adduct_name("", {}), std::nullopt);
}

}  // namespace
}  // namespace specbridge
