#include "specbridge/tolerance.h"

#include <gtest/gtest.h>

#include "support/support.h"

namespace specbridge {
namespace {

TEST(Tolerance, ReadsRelativeAndAbsoluteWidths) {
  EXPECT_EQ(parse_tolerance("10ppm").ppm, 10);
  EXPECT_EQ(parse_tolerance("10ppm").dalton, 0);
  EXPECT_EQ(parse_tolerance("0.005Da").ppm, 0);
  EXPECT_EQ(parse_tolerance("0.005Da").dalton, 0.005);
  const auto both = parse_tolerance(" 0.01 da , 5 PPM ");
  EXPECT_EQ(both.ppm, 5);
  EXPECT_EQ(both.dalton, 0.01);
}

TEST(Tolerance, IsWrittenAsItIsRead) {
  for (const char* text : {"10ppm", "0.005Da", "2.5ppm,0.005Da"}) {
    EXPECT_EQ(to_string(parse_tolerance(text)), text);
  }
}

TEST(Tolerance, RefusesWhatIsNoTolerance) {
  for (const char* text :
       {"", "10", "ppm", "-5ppm", "0Da", "10ppm,", "1ppm,2ppm", "10 percent", "infppm"}) {
    EXPECT_EQ(test::message_of([&] { parse_tolerance(text); }),
              std::string("\"") + text +
                  "\" is not a tolerance; expected a positive width such as 10ppm, 0.005Da or "
                  "10ppm,0.005Da");
  }
}

TEST(MassWindow, IsTheMeasuredMzWithTheLargerWidthOnBothSides) {
  const auto adduct = *parse_adduct("[M+H]+");
  const auto relative = mass_window(adduct, 500, {10, 0.001});
  EXPECT_NEAR(relative.low, 500 - 0.005 - 1.007276, 1e-6);
  EXPECT_NEAR(relative.high, 500 + 0.005 - 1.007276, 1e-6);
  const auto absolute = mass_window(adduct, 500, {10, 0.02});
  EXPECT_NEAR(absolute.high - absolute.low, 0.04, 1e-9);
}

TEST(MassWindow, GrowsWithChargeAndShrinksWithTheNumberOfMolecules) {
  const auto doubly = mass_window(*parse_adduct("[M+2H]2+"), 500, {0, 0.01});
  EXPECT_NEAR(doubly.high - doubly.low, 2 * 0.01 * 2, 1e-9);
  const auto dimer = mass_window(*parse_adduct("[2M+H]+"), 500, {0, 0.01});
  EXPECT_NEAR(dimer.high - dimer.low, 2 * 0.01 / 2, 1e-9);
}

TEST(MassError, IsRelativeToTheTheoreticalMz) {
  EXPECT_NEAR(mass_error_ppm(500.005, 500), 10, 1e-6);
  EXPECT_NEAR(mass_error_ppm(499.995, 500), -10, 1e-6);
}

}  // namespace
}  // namespace specbridge
