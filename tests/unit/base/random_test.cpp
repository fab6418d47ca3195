#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace specbridge {
namespace {

// The literal values come from the published SplitMix64, written down again in another language.

TEST(Random, DrawsTheSameValuesEverywhere) {
  Random random(1);
  EXPECT_EQ(random.next(), 0xeb718afea1509cd1U);
  EXPECT_EQ(random.next(), 0x6237c5418df1c6b0U);
  EXPECT_EQ(random.next(), 0x4c44facb748ecd24U);
  EXPECT_EQ(Random(42).next(), 0x9b83dc65d48b9f6cU);
}

TEST(Random, HasStreamsOfTheirOwn) {
  Random stream(1, 1);
  EXPECT_EQ(stream.next(), 0x65742c76d197241bU);
  EXPECT_EQ(stream.next(), 0x6fc2c76199ecd863U);
  // seed and stream must not stand for each other
  EXPECT_NE(Random(1, 2).next(), Random(2, 1).next());
  EXPECT_NE(Random(0, 0).next(), Random(1, 1).next());
}

TEST(Random, UniformUsesTheHighest53Bits) {
  Random random(1);
  EXPECT_EQ(random.uniform(), 0.91970127789074);
  EXPECT_EQ(random.uniform(), 0.3836634907765477);
  EXPECT_EQ(random.uniform(), 0.29792754618807316);
}

TEST(Random, BelowDrawsTheSameValuesEverywhere) {
  Random random(7);
  std::vector<std::uint64_t> draws(10);
  std::ranges::generate(draws, [&] { return random.below(10); });
  EXPECT_EQ(draws, (std::vector<std::uint64_t>{4, 5, 9, 0, 3, 6, 5, 4, 5, 2}));
}

TEST(Random, BelowIsUniform) {
  constexpr std::size_t kBins = 20, kDraws = 200'000;
  Random random(5);
  std::array<double, kBins> counts{};
  for (std::size_t i = 0; i < kDraws; ++i) ++counts[random.below(kBins)];
  double chi_square = 0;
  const double expected = static_cast<double>(kDraws) / kBins;
  for (const double count : counts)
    chi_square += (count - expected) * (count - expected) / expected;
  EXPECT_LT(chi_square, 43.8);  // 99.9 % point of chi square with 19 degrees of freedom
}

TEST(Random, BelowFavoursNobodyWhereTheLastRunIsIncomplete) {
  // With 3 x 2^62 as bound, the naive remainder hits the lower third twice as often.
  constexpr std::uint64_t kBound = 3ULL << 62;
  Random random(11);
  std::size_t low = 0;
  for (int i = 0; i < 30'000; ++i) low += random.below(kBound) < kBound / 3 ? 1 : 0;
  EXPECT_NEAR(static_cast<double>(low) / 30'000, 1.0 / 3, 0.01);  // 3.7 standard deviations
}

TEST(Random, BelowOneIsZero) {
  Random random(1);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(random.below(1), 0U);
}

TEST(Random, NormalFollowsBoxMuller) {
  Random random(1);
  EXPECT_NEAR(random.normal(), -1.6721322871991962, 1e-14);
  EXPECT_NEAR(random.normal(), 0.7052304677800617, 1e-14);
  EXPECT_NEAR(random.normal(), 0.22785712196264107, 1e-14);
}

TEST(Random, NormalHasMeanZeroAndVarianceOne) {
  constexpr int kDraws = 100'000;
  Random random(9);
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double draw = random.normal();
    sum += draw;
    squares += draw * draw;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.015);     // 4.7 standard errors
  EXPECT_NEAR(squares / kDraws, 1, 0.02);  // 4.5 standard errors
}

TEST(Shuffle, GivesTheSameOrderEverywhere) {
  std::vector<int> values = {0, 1, 2, 3, 4, 5, 6, 7};
  Random random(3);
  shuffle(std::span(values), random);
  EXPECT_EQ(values, (std::vector<int>{4, 2, 7, 6, 3, 0, 5, 1}));
}

TEST(Shuffle, ReachesEveryOrderEquallyOften) {
  std::array<int, 6> counts{};
  Random random(4);
  for (int i = 0; i < 60'000; ++i) {
    std::array<int, 3> values = {0, 1, 2};
    shuffle(std::span<int>(values), random);
    ++counts[static_cast<std::size_t>(values[0] * 2 + (values[1] > values[2] ? 1 : 0))];
  }
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 400);  // 4.4 standard deviations
}

}  // namespace
}  // namespace specbridge
