#include "base/matrix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "base/random.h"
#include "support/support.h"

namespace specbridge {
namespace {

std::vector<float> draws(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> values(count);
  std::ranges::generate(values, [&] { return static_cast<float>(random.normal()); });
  return values;
}

/// The order of additions that the header promises, one product at a time.
float dot_by_the_rule(std::span<const float> a, std::span<const float> b) {
  std::array<float, 16> sums{};
  for (std::size_t i = 0; i < a.size(); ++i) {
    const volatile float product = a[i] * b[i];  // rounded before it is added
    sums[i % 16] += product;
  }
  for (std::size_t width = 8; width > 0; width /= 2) {
    for (std::size_t lane = 0; lane < width; ++lane) sums[lane] += sums[lane + width];
  }
  return sums[0];
}

TEST(Dot, OfSmallVectorsIsExact) {
  EXPECT_EQ(dot(std::span<const float>(), {}), 0);
  const std::vector<float> a = {1, 2, 3}, b = {4, 5, 6};
  EXPECT_EQ(dot(a, b), 32);
}

TEST(Dot, AddsInTheFixedOrderAtEveryLength) {
  const auto a = draws(200, 1), b = draws(200, 2);
  for (std::size_t length = 0; length <= 200; ++length) {
    const auto x = std::span(a).first(length), y = std::span(b).first(length);
    EXPECT_EQ(std::bit_cast<std::uint32_t>(dot(x, y)),
              std::bit_cast<std::uint32_t>(dot_by_the_rule(x, y)))
        << length;
  }
}

TEST(Dot, HasTheSameBitsAtEveryAlignment) {
  constexpr std::size_t kLength = 775;
  const auto a = draws(kLength, 3), b = draws(kLength, 4);
  const float expected = dot(a, b);
  for (std::size_t shift = 0; shift < 16; ++shift) {
    std::vector<float> room(kLength + shift);
    std::ranges::copy(a, room.begin() + static_cast<std::ptrdiff_t>(shift));
    EXPECT_EQ(dot(std::span(room).subspan(shift), b), expected) << shift;
    EXPECT_EQ(dot(b, std::span(room).subspan(shift)), expected) << shift;
  }
}

TEST(Dot, OfDoublesKeepsWhatAFloatLoses) {
  const std::vector<double> a = {100'000'001.0, 0.5}, b = {1, 1};
  EXPECT_EQ(dot(std::span<const double>(a), b), 100'000'001.5);
}

TEST(Dot, IsNearTheDoublePrecisionSum) {
  for (const std::size_t length : {17, 768, 2048}) {
    const auto a = draws(length, 5), b = draws(length, 6);
    double expected = 0, magnitude = 0;
    for (std::size_t i = 0; i < length; ++i) {
      expected += static_cast<double>(a[i]) * b[i];
      magnitude += std::abs(static_cast<double>(a[i]) * b[i]);
    }
    // Each of the sums of length/16 + 5 terms loses at most half a unit in the last place a step.
    const double bound = magnitude * (static_cast<double>(length) / 16 + 5) * 0x1p-24;
    EXPECT_NEAR(dot(a, b), expected, bound) << length;
  }
}

TEST(Normalize, MakesUnitLength) {
  std::vector<float> vector = {3, 0, -4};
  EXPECT_TRUE(normalize(vector));
  EXPECT_EQ(vector, (std::vector<float>{0.6F, 0, -0.8F}));
}

TEST(Normalize, TakesValuesWhoseSquaresDoNotFitAFloat) {
  std::vector<float> large = {3e30F, 4e30F}, small = {3e-30F, 4e-30F};
  EXPECT_TRUE(normalize(large));
  EXPECT_TRUE(normalize(small));
  EXPECT_FLOAT_EQ(large[1], 0.8F);
  EXPECT_FLOAT_EQ(small[1], 0.8F);
}

TEST(Normalize, LeavesAVectorWithoutDirectionAlone) {
  const float infinite = std::numeric_limits<float>::infinity();
  std::vector<float> none, zero = {0, 0}, endless = {1, infinite}, nan = {1, NAN};
  EXPECT_FALSE(normalize(none));
  EXPECT_FALSE(normalize(zero));
  EXPECT_FALSE(normalize(endless));
  EXPECT_FALSE(normalize(nan));
  EXPECT_EQ(zero, (std::vector<float>{0, 0}));
  EXPECT_EQ(endless, (std::vector<float>{1, infinite}));
}

TEST(Matrix, StartsWithZerosAndGivesRows) {
  Matrix matrix(2, 3);
  matrix.row(1)[2] = 5;
  EXPECT_EQ(matrix.rows(), 2U);
  EXPECT_EQ(matrix.cols(), 3U);
  EXPECT_EQ(std::vector<float>(matrix.values().begin(), matrix.values().end()),
            (std::vector<float>{0, 0, 0, 0, 0, 5}));
  EXPECT_EQ(matrix.view().row(1)[2], 5);
}

TEST(MatrixView, RefusesAShapeThatDoesNotFit) {
  const std::vector<float> values(5);
  EXPECT_EQ(test::message_of([&] { MatrixView(values, 2, 3); }), "matrix of 2 x 3 over 5 values");
}

}  // namespace
}  // namespace specbridge
