#include "fragments/fragmented_ion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace specbridge {
namespace {

using testing::ElementsAre;

std::variant<FragmentedIon, std::string> ion_or_problem(const std::string& adduct) {
  return fragmented_ion(parse_adduct(adduct).value());
}

/// What metals may stay, of an ion that is supported.
std::vector<std::string> metals_of(const std::string& adduct) {
  std::vector<std::string> texts;
  const auto ion = std::get<FragmentedIon>(ion_or_problem(adduct));
  for (const auto& metals : ion.metals) {
    texts.push_back(metals.text);
  }
  return texts;
}

TEST(FragmentedIon, HasTheChargeOfItsAdduct) {
  for (const auto* adduct : {"[M+H]+", "[M]+", "[M+NH4]+", "[M-H2O+H]+", "[M+Na]+"}) {
    EXPECT_EQ(std::get<FragmentedIon>(ion_or_problem(adduct)).charge, 1) << adduct;
  }
  for (const auto* adduct : {"[M-H]-", "[M]-", "[M+HCOO]-", "[M+Cl]-"}) {
    EXPECT_EQ(std::get<FragmentedIon>(ion_or_problem(adduct)).charge, -1) << adduct;
  }
}

TEST(FragmentedIon, MetalsMayStayOrLeave) {
  EXPECT_THAT(metals_of("[M+H]+"), ElementsAre(""));
  EXPECT_THAT(metals_of("[M+NH4]+"), ElementsAre(""));
  EXPECT_THAT(metals_of("[M+Na]+"), ElementsAre("", "Na"));
  EXPECT_THAT(metals_of("[M+2Na-H]+"), ElementsAre("", "Na", "Na2"));
  EXPECT_THAT(metals_of("[M+Ca-H]+"), ElementsAre("", "Ca"));
  const auto sodium = std::get<FragmentedIon>(ion_or_problem("[M+2Na-H]+")).metals[2];
  EXPECT_NEAR(sodium.mass, 2 * 22.98976928, 1e-8);
  EXPECT_EQ(sodium.charge, 2);
  EXPECT_EQ(sodium.electrons, 22U);
  EXPECT_EQ(std::get<FragmentedIon>(ion_or_problem("[M+Ca-H]+")).metals[1].charge, 2);
}

TEST(FragmentedIon, SaysWhatIsNotSupported) {
  EXPECT_EQ(std::get<std::string>(ion_or_problem("[2M+H]+")),
            "[2M+H]+: ions of several molecules are not taken apart");
  EXPECT_EQ(std::get<std::string>(ion_or_problem("[M+2H]2+")),
            "[M+2H]2+: ions of several charges are not taken apart");
  EXPECT_EQ(std::get<std::string>(ion_or_problem("[M-2H]2-")),
            "[M-2H]2-: ions of several charges are not taken apart");
  EXPECT_EQ(std::get<std::string>(ion_or_problem("[M+Fe-H]+")),
            "[M+Fe-H]+: the charge of its metal is not certain");
}

}  // namespace
}  // namespace specbridge
