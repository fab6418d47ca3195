#include "ms/similarity/similarity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "base/random.h"

namespace specbridge {
namespace {

using Kind = SimilarityKind;
using Peaks = std::vector<Peak>;

Similarity compared(const Peaks& query, double query_precursor, const Peaks& reference,
                    double reference_precursor, const SimilarityRule& rule) {
  return similarity(cleaned_and_prepared(query, query_precursor, rule),
                    cleaned_and_prepared(reference, reference_precursor, rule), rule);
}

Similarity compared(const Peaks& query, const Peaks& reference, Kind kind) {
  return compared(query, 500, reference, 500, default_rule(kind));
}

Peaks drawn_spectrum(Random& random, std::size_t count) {
  Peaks peaks;
  for (std::size_t i = 0; i < count; ++i) {
    peaks.push_back({50 + std::floor(random.uniform() * 40) + random.uniform() * 0.05,
                     random.uniform() + 0.02});
  }
  return peaks;
}

TEST(Similarity, OfASpectrumWithItselfIsOne) {
  Random random(3);
  for (int trial = 0; trial < 50; ++trial) {
    const Peaks peaks = drawn_spectrum(random, 25);
    for (const Kind kind : similarity_kinds()) {
      const auto [score, matched] = compared(peaks, peaks, kind);
      // Stein and Scott's mean of ratios divides by one more than there are ratios.
      const double expected =
          kind == Kind::stein_scott ? 1 - 1 / (2 * static_cast<double>(matched)) : 1;
      EXPECT_NEAR(score, expected, 1e-12) << to_string(kind);
      EXPECT_GT(matched, 0U);
    }
  }
}

TEST(Similarity, OfNothingInCommonIsZero) {
  for (const Kind kind : similarity_kinds()) {
    const auto [score, matched] = compared({{100, 1}, {120, 2}}, {{200, 1}}, kind);
    EXPECT_EQ(score, 0) << to_string(kind);
    EXPECT_EQ(matched, 0U) << to_string(kind);
    EXPECT_EQ(compared({}, {{200, 1}}, kind).score, 0) << to_string(kind);
  }
}

TEST(Similarity, StaysBetweenZeroAndOneAndIsTheSameInBothDirections) {
  Random random(9);
  for (int trial = 0; trial < 300; ++trial) {
    const Peaks a = drawn_spectrum(random, 1 + random.below(30)),
                b = drawn_spectrum(random, 1 + random.below(30));
    for (const Kind kind : similarity_kinds()) {
      const auto there = compared(a, 500, b, 512, default_rule(kind));
      EXPECT_GE(there.score, 0);
      EXPECT_LE(there.score, 1);
      if (kind == Kind::reverse || kind == Kind::stein_scott) continue;
      const auto back = compared(b, 512, a, 500, default_rule(kind));
      EXPECT_NEAR(there.score, back.score, 1e-12) << to_string(kind);
      EXPECT_EQ(there.matched, back.matched) << to_string(kind);
    }
  }
}

TEST(Similarity, CosineIsTheCosineOfMatchedIntensities) {
  const auto [score, matched] = compared({{100, 0.7}, {150, 0.2}, {200, 0.1}},
                                         {{100.01, 0.4}, {140, 0.2}, {190, 0.1}}, Kind::cosine);
  EXPECT_NEAR(score, 0.28 / (std::sqrt(0.54) * std::sqrt(0.21)), 1e-12);
  EXPECT_EQ(matched, 1U);
}

TEST(Similarity, APeakAtTheVeryToleranceMatches) {
  SimilarityRule rule = default_rule(Kind::cosine);
  rule.tolerance = {0, 0.5};
  EXPECT_EQ(compared({{100, 1}}, 300, {{100.5, 1}}, 300, rule).score, 1);
  EXPECT_EQ(compared({{100, 1}}, 300, {{100.5001, 1}}, 300, rule).score, 0);
}

TEST(Similarity, ModifiedCosineMatchesPeaksThatHoldTheDifference) {
  const Peaks query = {{100, 1}, {186, 1}}, reference = {{100, 1}, {200, 1}};
  const auto rule = default_rule(Kind::modified_cosine);
  EXPECT_NEAR(compared(query, 286, reference, 300, rule).score, 1, 1e-12);
  EXPECT_EQ(compared(query, 286, reference, 300, rule).matched, 2U);
  EXPECT_NEAR(compared(query, 286, reference, 286, rule).score, 0.5, 1e-12);
}

TEST(Similarity, NeutralLossesMatchOnlyEqualLossesBelowThePrecursor) {
  const Peaks query = {{100, 1}, {186, 1}, {290, 1}}, reference = {{100, 1}, {200, 1}};
  const auto found = compared(query, 286, reference, 300, default_rule(Kind::neutral_losses));
  EXPECT_EQ(found.matched, 1U);
  EXPECT_NEAR(found.score, 0.5, 1e-12) << "290 is above the precursor and does not count";
}

TEST(Similarity, ShiftedScoresNeedBothPrecursors) {
  for (const Kind kind : {Kind::modified_cosine, Kind::entropy_hybrid}) {
    const auto rule = default_rule(kind);
    const auto known = cleaned_and_prepared(Peaks{{100, 1}}, 200, rule);
    const auto unknown = cleaned_and_prepared(Peaks{{100, 1}}, {}, rule);
    EXPECT_THROW(similarity(known, unknown, rule), std::invalid_argument) << to_string(kind);
    EXPECT_TRUE(needs_precursor(kind)) << to_string(kind);
  }
}

TEST(Similarity, LinearCosineMergesUntilPeaksStandApart) {
  // 100.03 is within 2 x 0.02 of the stronger 100 and becomes part of it.
  const auto [score, matched] =
      compared({{100, 1}, {100.03, 0.5}}, {{100, 3}}, Kind::cosine_linear);
  EXPECT_NEAR(score, 1, 1e-12);
  EXPECT_EQ(matched, 1U);
}

TEST(Similarity, EntropyOfHalfSharedIntensity) {
  // Unweighted: of two equal peaks each one is shared. 1/2 ((.5+.5) log2 1 - 2 x .5 log2 .5).
  const auto [score, matched] =
      compared({{100, 1}, {150, 1}}, {{100, 1}, {170, 1}}, Kind::entropy_unweighted);
  EXPECT_NEAR(score, 0.5, 1e-12);
  EXPECT_EQ(matched, 1U);
}

TEST(Similarity, EntropyRaisesWeakPeaksOfSimpleSpectra) {
  const Peaks query = {{100, 0.9}, {150, 0.1}}, reference = {{150, 1}};
  EXPECT_GT(compared(query, reference, Kind::entropy).score,
            compared(query, reference, Kind::entropy_unweighted).score);
}

TEST(Similarity, HybridEntropyMatchesPeaksThatHoldTheDifference) {
  const auto [score, matched] =
      compared({{100, 0.5}, {300, 0.5}}, 500, {{100, 0.5}, {314.015, 0.5}}, 514.01,
               default_rule(Kind::entropy_hybrid));
  EXPECT_NEAR(score, 1, 1e-12);
  EXPECT_EQ(matched, 2U);
}

TEST(Similarity, HybridEntropyPairsEqualMzFirstAndEachPeakOnce) {
  // 186 could be 200, and 200 be 214: two pairs, were not 200 itself in both.
  const auto [score, matched] = compared({{186, 0.5}, {200, 0.5}}, 500, {{200, 0.5}, {214, 0.5}},
                                         514, default_rule(Kind::entropy_hybrid));
  EXPECT_NEAR(score, 0.5, 1e-12);
  EXPECT_EQ(matched, 1U);
}

TEST(Similarity, HybridEntropyDoesNotTakePrecursorsForOnePeak) {
  const auto [score, matched] = compared({{100, 0.5}, {500, 0.5}}, 500, {{100, 0.5}, {514, 0.5}},
                                         514, default_rule(Kind::entropy_hybrid));
  EXPECT_NEAR(score, 0.5, 1e-12);
  EXPECT_EQ(matched, 1U);
}

TEST(Similarity, ReverseIgnoresWhatTheReferenceLacks) {
  const Peaks mixture = {{100, 1}, {150, 0.5}, {170, 5}}, pure = {{100, 1}, {150, 0.5}};
  EXPECT_NEAR(compared(mixture, pure, Kind::reverse).score, 1, 1e-12);
  EXPECT_LT(compared(pure, mixture, Kind::reverse).score, 0.5);
}

TEST(Similarity, WeightedCosineCountsHeavyPeaks) {
  const Peaks query = {{50, 1}, {200, 0.1}}, reference = {{60, 1}, {200, 0.1}};
  const double light = 50 * 50, other = 60 * 60, heavy = 40000 * std::sqrt(0.1);
  EXPECT_NEAR(
      compared(query, reference, Kind::weighted_cosine).score,
      heavy * heavy / std::sqrt((light * light + heavy * heavy) * (other * other + heavy * heavy)),
      1e-12);
}

TEST(Similarity, SteinScottJoinsCosineAndRatiosOfNeighbours) {
  const Peaks query = {{50, 1}, {100, 0.5}}, reference = {{50, 1}, {100, 0.25}};
  SimilarityRule rule = default_rule(Kind::stein_scott);
  rule.mz_power = 0;
  // sqrt weights: (1 + sqrt(.125)) / (sqrt(1.5) sqrt(1.25)); one ratio of 1/2, divided by 2 peaks.
  const double cosine = (1 + std::sqrt(0.125)) / std::sqrt(1.5 * 1.25);
  EXPECT_NEAR(compared(query, 300, reference, 300, rule).score, (2 * cosine + 0.5) / 4, 1e-12);
}

TEST(Similarity, PeaksInEqualBinsAreFoundAtBordersAndBeyondTheLast) {
  for (const double mz : {100.0, 99.999, 1023.0, 1022.995, 1500.25}) {
    for (const Kind kind : {Kind::cosine, Kind::entropy, Kind::cosine_linear}) {
      EXPECT_NEAR(compared({{mz, 1}}, {{mz - 0.015, 1}}, kind).score, 1, 1e-12) << mz;
      EXPECT_NEAR(compared({{mz - 0.015, 1}}, {{mz, 1}}, kind).score, 1, 1e-12) << mz;
    }
  }
}

}  // namespace
}  // namespace specbridge
