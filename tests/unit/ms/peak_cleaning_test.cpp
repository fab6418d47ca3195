#include "ms/similarity/peak_cleaning.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/random.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

using Peaks = std::vector<Peak>;

std::vector<double> mz_of(const Peaks& peaks) {
  std::vector<double> mz;
  for (const Peak& peak : peaks) mz.push_back(peak.mz);
  return mz;
}

TEST(PeakCleaning, DoesNothingButSortAndScaleWhenNothingIsAsked) {
  const auto peaks = cleaned(Peaks{{200, 50}, {100, 25}}, {}, {});
  EXPECT_EQ(mz_of(peaks), (std::vector<double>{100, 200}));
  EXPECT_EQ(peaks[0].intensity, 0.5);
  EXPECT_EQ(peaks[1].intensity, 1);
}

TEST(PeakCleaning, DropsWhatIsNoPeak) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const Peaks peaks = {{100, 0}, {110, -3}, {kNan, 5}, {-1, 5}, {120, kNan}, {130, 2}};
  EXPECT_EQ(mz_of(cleaned(peaks, {}, {})), std::vector<double>{130});
  EXPECT_TRUE(cleaned(Peaks{{100, 0}}, {}, {}).empty());
  EXPECT_TRUE(cleaned({}, {}, {}).empty());
}

TEST(PeakCleaning, WholeMassesAreTheNearestOrWhatStandsBeforeThePoint) {
  const Peaks peaks = {{92.98, 4}, {93.4, 6}, {84.5, 1}, {84.49, 2}, {0.4, 9}, {0.7, 3}};
  CleaningRule rule;
  rule.unit_mass = UnitMass::round;
  const auto rounded = cleaned(peaks, {}, rule);
  EXPECT_EQ(mz_of(rounded), (std::vector<double>{1, 84, 85, 93}));
  EXPECT_EQ(rounded[3].intensity, 1);  // 4 + 6, the base peak
  EXPECT_EQ(rounded[1].intensity, 0.2);
  EXPECT_EQ(rounded[2].intensity, 0.1);
  rule.unit_mass = UnitMass::truncate;
  const auto cut = cleaned(peaks, {}, rule);
  EXPECT_EQ(mz_of(cut), (std::vector<double>{84, 92, 93}));
  EXPECT_EQ(cut[0].intensity, 0.5);
}

TEST(PeakCleaning, ThePrecursorIsDroppedBeforeMassesBecomeWhole) {
  CleaningRule rule;
  rule.unit_mass = UnitMass::round;
  rule.below_precursor = 0.5;
  EXPECT_EQ(mz_of(cleaned(Peaks{{99.6, 5}, {100.4, 5}}, 100.5, rule)), std::vector<double>{100});
}

TEST(PeakCleaning, NamesOfWholeMassesReadBack) {
  for (const auto unit_mass : {UnitMass::none, UnitMass::round, UnitMass::truncate}) {
    EXPECT_EQ(parse_unit_mass(to_string(unit_mass)), unit_mass);
  }
  EXPECT_THROW(parse_unit_mass("floor"), UsageError);
}

TEST(PeakCleaning, KeepsPeaksUpToTheLimitBelowThePrecursor) {
  CleaningRule rule;
  rule.below_precursor = 1.5;
  const Peaks peaks = {{198.5, 1}, {198.6, 1}, {250, 1}};
  EXPECT_EQ(mz_of(cleaned(peaks, 200.0, rule)), std::vector<double>{198.5});
  EXPECT_EQ(cleaned(peaks, {}, rule).size(), 3U) << "without a precursor none is its own";
}

TEST(PeakCleaning, DropsPeaksAroundThePrecursorOnBothSides) {
  CleaningRule rule;
  rule.around_precursor = 17;
  const Peaks peaks = {{182.9, 1}, {183, 1}, {217, 1}, {217.1, 1}};
  EXPECT_EQ(mz_of(cleaned(peaks, 200.0, rule)), (std::vector<double>{182.9, 217.1}));
}

TEST(PeakCleaning, MergesCloseValuesAtTheirWeightedMean) {
  CleaningRule rule;
  rule.merge_within = {0, 0.05};
  const auto peaks = cleaned(Peaks{{100, 3}, {100.04, 1}, {100.2, 2}}, {}, rule);
  ASSERT_EQ(peaks.size(), 2U);
  EXPECT_DOUBLE_EQ(peaks[0].mz, 100.01);
  EXPECT_EQ(peaks[0].intensity, 1);
  EXPECT_EQ(peaks[1].intensity, 0.5);
}

TEST(PeakCleaning, MergesAgainWhereMergedPeaksAreStillClose) {
  CleaningRule rule;
  rule.merge_within = {0, 0.05};
  // The strongest takes its neighbour; their mean comes within reach of the third.
  const auto peaks = cleaned(Peaks{{100, 10}, {100.05, 9}, {100.06, 1}}, {}, rule);
  ASSERT_EQ(peaks.size(), 1U);
  EXPECT_NEAR(peaks[0].mz, (1000 + 900.45 + 100.06) / 20, 1e-9);
}

TEST(PeakCleaning, LeavesPeaksThatStandApartAndTheCentreWhereItWas) {
  Random random(7);
  CleaningRule rule;
  rule.merge_within = {20, 0.01};
  const auto centre = [](const Peaks& peaks) {
    double sum = 0, weighted = 0;
    for (const Peak& peak : peaks) {
      sum += peak.intensity;
      weighted += peak.intensity * peak.mz;
    }
    return weighted / sum;
  };
  for (int trial = 0; trial < 200; ++trial) {
    Peaks peaks;
    for (int i = 0; i < 60; ++i) {
      peaks.push_back({100 + random.uniform(), 0.1 + random.uniform()});
    }
    const auto merged = cleaned(peaks, {}, rule);
    EXPECT_LT(merged.size(), peaks.size());
    for (std::size_t i = 1; i < merged.size(); ++i) {
      EXPECT_GE(merged[i].mz - merged[i - 1].mz, 0.01);
    }
    EXPECT_NEAR(centre(merged), centre(peaks), 1e-9);
  }
}

TEST(PeakCleaning, TakesTheFloorFromWhatIsLeftAfterMerging) {
  CleaningRule rule;
  rule.merge_within = {0, 0.05};
  rule.noise_floor = 0.1;
  // Merged, the base peak is 12; of 10 the third would have stayed.
  EXPECT_EQ(cleaned(Peaks{{100, 10}, {100.02, 2}, {150, 1.1}}, {}, rule).size(), 1U);
  EXPECT_EQ(cleaned(Peaks{{100, 10}, {150, 1}}, {}, rule).size(), 2U);
}

TEST(PeakCleaning, KeepsTheMostIntenseOfEachWindow) {
  CleaningRule rule;
  rule.window_peaks = 2;
  const Peaks peaks = {{100, 1}, {110, 3}, {120, 2}, {300, 0.5}};
  EXPECT_EQ(mz_of(cleaned(peaks, {}, rule)), (std::vector<double>{110, 120, 300}));
}

TEST(PeakCleaning, KeepsTheMostIntenseOfAllAndOfEqualsTheHigher) {
  CleaningRule rule;
  rule.max_peaks = 2;
  const Peaks peaks = {{100, 1}, {110, 1}, {120, 5}, {130, 0.5}};
  EXPECT_EQ(mz_of(cleaned(peaks, {}, rule)), (std::vector<double>{110, 120}));
}

}  // namespace
}  // namespace specbridge
