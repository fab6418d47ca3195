#include "ms/centroid.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace specbridge {
namespace {

/// Points of bell curves on a grid, zeros between them.
std::vector<Peak> profile_of(const std::vector<Peak>& peaks, double step, double width) {
  std::vector<Peak> points;
  const double first = peaks.front().mz - 10 * width, last = peaks.back().mz + 10 * width;
  for (double mz = first; mz <= last; mz += step) {
    double sum = 0;
    for (const auto& peak : peaks) {
      const double off = (mz - peak.mz) / width;
      sum += peak.intensity * std::exp(-off * off / 2);
    }
    points.push_back({mz, sum < 1e-3 ? 0 : sum});
  }
  return points;
}

void expect_near(const std::vector<Peak>& found, const std::vector<Peak>& expected, double mz) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(found[i].mz, expected[i].mz, mz);
    EXPECT_NEAR(found[i].intensity / expected[i].intensity, 1, 0.05);
  }
}

TEST(Centroided, MakesOnePeakOfEveryMaximum) {
  const std::vector<Peak> peaks = {{100.0513, 300}, {100.0822, 40}, {138.0662, 1000}};
  expect_near(centroided(profile_of(peaks, 0.0013, 0.003)), peaks, 2e-4);
}

TEST(Centroided, NeedsNoZerosBetweenPeaks) {
  const std::vector<Peak> peaks = {{100.05, 300}, {101.07, 40}, {138.06, 1000}};
  auto points = profile_of(peaks, 0.01, 0.02);
  std::erase_if(points, [](const Peak& point) { return point.intensity == 0; });
  expect_near(centroided(points), peaks, 2e-3);
}

TEST(Centroided, TakesTheCoarseStepsOfATrap) {
  const std::vector<Peak> peaks = {{100.1, 300}, {101.1, 40}};
  expect_near(centroided(profile_of(peaks, 0.08, 0.15)), peaks, 0.02);
}

TEST(Centroided, DoesNotPartAPeakThatIsJagged) {
  const std::vector<Peak> points = {{100.00, 1},   {100.01, 50}, {100.02, 97}, {100.03, 93},
                                    {100.04, 100}, {100.05, 51}, {100.06, 2}};
  const auto peaks = centroided(points);
  ASSERT_EQ(peaks.size(), 1U);
  EXPECT_NEAR(peaks[0].mz, 100.03, 0.002);
  EXPECT_EQ(peaks[0].intensity, 100);
}

TEST(Centroided, IsTheIntensityWeightedMeanAboveHalfOfTheHeight) {
  const auto peaks = centroided({{50.0, 0}, {50.1, 60}, {50.2, 100}, {50.3, 20}, {50.4, 0}});
  ASSERT_EQ(peaks.size(), 1U);
  EXPECT_NEAR(peaks[0].mz, (50.1 * 60 + 50.2 * 100) / 160, 1e-9);
}

TEST(Centroided, LeavesPeaksThatAreCentroidsAlready) {
  const std::vector<Peak> peaks = {{50.5, 1}, {60.5, 3}, {61.5, 2}, {100.2, 2}, {100.3, 1}};
  const auto same = centroided(peaks);
  ASSERT_EQ(same.size(), peaks.size());
  for (std::size_t i = 0; i < peaks.size(); ++i) EXPECT_EQ(same[i].mz, peaks[i].mz);
}

TEST(Centroided, TakesPointsInAnyOrderAndWithoutNumbers) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto peaks =
      centroided({{50.2, 10}, {50.1, 5}, {nan, 3}, {50.3, 5}, {50.4, nan}, {50.5, 0}});
  ASSERT_EQ(peaks.size(), 1U);
  EXPECT_NEAR(peaks[0].mz, 50.2, 1e-9);
  EXPECT_TRUE(centroided({}).empty());
}

}  // namespace
}  // namespace specbridge
