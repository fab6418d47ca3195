#include "train/augmentation.h"
#include "specbridge/train_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace specbridge {
namespace {

using testing::ElementsAre;

const PeakRows kSpectrum{{300, 1.1F, 50, 0.1F, 60, 1.0F, 70, 0.4F, 80, 0.6F}};

TEST(Augmentation, DropsWeakPeaksOnly) {
  TrainSettings settings;
  settings.drop_peak_probability = 1;
  EXPECT_THAT(augmented(kSpectrum, settings, Random(1)).rows,
              ElementsAre(300, 1.1F, 60, 1.0F, 80, 0.6F));
}

TEST(Augmentation, DropsWithTheProbabilityGiven) {
  TrainSettings settings;
  settings.drop_peak_probability = 0.25;
  std::size_t dropped = 0;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    dropped += kSpectrum.count() - augmented(kSpectrum, settings, Random(1, i)).count();
  }
  EXPECT_NEAR(static_cast<double>(dropped), 1000, 100);  // two weak peaks; five standard deviations
}

TEST(Augmentation, KeepsTheBasePeakEvenWhenAllMayBeDropped) {
  TrainSettings settings;
  settings.drop_peak_probability = 1;
  settings.drop_peak_below = 1;
  EXPECT_THAT(augmented(kSpectrum, settings, Random(1)).rows, ElementsAre(300, 1.1F, 60, 1.0F));
}

TEST(Augmentation, JitterKeepsPrecursorMzAndBasePeakOfOne) {
  TrainSettings settings;
  settings.intensity_jitter = 0.3;
  const auto rows = augmented(kSpectrum, settings, Random(4)).rows;
  ASSERT_EQ(rows.size(), kSpectrum.rows.size());
  float largest = 0;
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    EXPECT_EQ(rows[i], kSpectrum.rows[i]);
    if (i > 0) largest = std::max(largest, rows[i + 1]);
  }
  EXPECT_EQ(rows[1], 1.1F);
  EXPECT_EQ(largest, 1.0F);
  EXPECT_NE(rows[3], kSpectrum.rows[3]);
}

TEST(Augmentation, MassJitterIsOfTheSizeGivenAndLeavesIntensities) {
  TrainSettings settings;
  settings.mz_jitter_ppm = 5;
  double squares = 0;
  constexpr std::uint64_t kRepeats = 2000;
  for (std::uint64_t repeat = 0; repeat < kRepeats; ++repeat) {
    const auto rows = augmented(kSpectrum, settings, Random(1, repeat)).rows;
    ASSERT_EQ(rows.size(), kSpectrum.rows.size());
    for (std::size_t i = 0; i < rows.size(); i += 2) {
      const double ppm = (rows[i] / double{kSpectrum.rows[i]} - 1) * 1e6;
      squares += ppm * ppm;
      ASSERT_EQ(rows[i + 1], kSpectrum.rows[i + 1]);
    }
  }
  EXPECT_NEAR(std::sqrt(squares / (kRepeats * 5)), 5, 0.25);  // seven standard deviations
}

TEST(Augmentation, WithoutSettingsNothingChanges) {
  EXPECT_FALSE(augments(TrainSettings{}));
  EXPECT_EQ(augmented(kSpectrum, TrainSettings{}, Random(1)).rows, kSpectrum.rows);
}

}  // namespace
}  // namespace specbridge
