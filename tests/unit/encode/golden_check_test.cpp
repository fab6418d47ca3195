#include "encode/golden_check.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/support.h"

namespace specbridge {
namespace {

Matrix two_vectors(float changed) {
  Matrix vectors(2, 2);
  vectors.row(0)[0] = 1;
  vectors.row(1)[0] = 3;
  vectors.row(1)[1] = changed;
  return vectors;
}

std::string verdict(float changed, GoldenDevice device) {
  return test::message_of(
      [&] { check_golden(two_vectors(changed), two_vectors(4), device, "encoder/model.pt"); });
}

TEST(GoldenCheck, AcceptsRounding) {
  EXPECT_EQ(verdict(4.0004F, GoldenDevice::cpu), "");
  EXPECT_EQ(verdict(4.05F, GoldenDevice::other), "");
}

TEST(GoldenCheck, NamesTheVectorThatDiffers) {
  EXPECT_EQ(
      verdict(4.05F, GoldenDevice::cpu),
      "encoder/model.pt: golden vector 2 differs by 0.01; expected at most 0.0001; export the "
      "encoder again");
}

TEST(GoldenCheck, ComparesDirectionsOnOtherDevices) {
  EXPECT_EQ(
      verdict(-4, GoldenDevice::other),
      "encoder/model.pt: golden vector 2 has a cosine of -0.280000 to the one stored; expected "
      "at least 0.9999; export the encoder again");
}

TEST(GoldenCheck, RefusesValuesThatAreNoNumbers) {
  EXPECT_NE(verdict(std::numeric_limits<float>::quiet_NaN(), GoldenDevice::cpu), "");
  EXPECT_NE(verdict(std::numeric_limits<float>::quiet_NaN(), GoldenDevice::other), "");
}

TEST(GoldenCheck, RefusesAnotherShape) {
  EXPECT_EQ(
      test::message_of(
          [] { check_golden(Matrix(1, 3), Matrix(2, 3), GoldenDevice::cpu, "model.pt"); }),
      "model.pt: gives [1, 3] for its golden inputs; expected [2, 3]; export the encoder again");
}

}  // namespace
}  // namespace specbridge
