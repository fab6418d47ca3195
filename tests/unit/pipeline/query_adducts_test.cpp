#include "pipeline/query_adducts.h"

#include <gtest/gtest.h>

namespace specbridge {
namespace {

std::optional<std::string> adduct_name(const std::string& adduct, std::optional<int> charge) {
  Spectrum spectrum;
  spectrum.adduct = adduct;
  spectrum.charge = charge;
  const auto found = adduct_of(spectrum);
  return found ? std::optional(found->name) : std::nullopt;
}

TEST(AdductOf, IsTheOneTheRecordStates) {
  EXPECT_EQ(adduct_name("[M+Na]+", {}), "[M+Na]+");
  EXPECT_EQ(adduct_name("[M+Na]+", 1), "[M+Na]+");
}

TEST(AdductOf, FollowsFromTheChargeWithoutOne) {
  EXPECT_EQ(adduct_name("", 1), "[M+H]+");
  EXPECT_EQ(adduct_name("", -1), "[M-H]-");
  EXPECT_EQ(adduct_name("", 2), "[M+2H]2+");
}

TEST(AdductOf, HasTheSignOfTheIonModeWithoutOne) {
  Spectrum spectrum;
  spectrum.charge = 2;
  spectrum.polarity = -1;
  EXPECT_EQ(adduct_of(spectrum)->name, "[M-2H]2-");
  EXPECT_EQ(possible_adducts(spectrum, {}).adducts.front().name, "[M-2H]2-");
  spectrum.adduct = "[M+H]+";
  EXPECT_EQ(adduct_of(spectrum)->name, "[M+H]+");
}

TEST(AdductOf, IsNothingWhereItCannotBeRead) {
  EXPECT_EQ(adduct_name("[M+Zz]+", 1), std::nullopt);  // the charge must not stand in for it
  EXPECT_EQ(adduct_name("", {}), std::nullopt);
}

}  // namespace
}  // namespace specbridge
