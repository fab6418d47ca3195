#include "fragments/peaks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace specbridge {
namespace {

using testing::ElementsAre;

std::vector<FragmentPeak> peaks_of(std::vector<Peak> peaks, std::optional<double> precursor = 200) {
  Spectrum spectrum;
  spectrum.precursor_mz = precursor;
  spectrum.peaks = std::move(peaks);
  return fragment_peaks(spectrum);
}

std::vector<double> mz_of(const std::vector<FragmentPeak>& peaks) {
  std::vector<double> mz;
  for (const auto& peak : peaks) mz.push_back(peak.mz);
  return mz;
}

TEST(FragmentPeaks, StandByIntensityWithTheirShareOfTheLargest) {
  const auto peaks = peaks_of({{100, 20}, {50, 80}, {120, 40}});
  EXPECT_THAT(mz_of(peaks), ElementsAre(50, 120, 100));
  EXPECT_EQ(peaks[1].intensity, 0.5F);
  EXPECT_EQ(peaks[2].rank, 2U);
}

TEST(FragmentPeaks, AreBelowThePrecursorWhichCountsForTheShare) {
  const auto peaks = peaks_of({{50, 5}, {199.69, 50}, {199.7, 60}, {200.4, 100}, {200.5, 900}});
  EXPECT_THAT(mz_of(peaks), ElementsAre(199.69, 50));
  EXPECT_EQ(peaks[0].intensity, 0.5F);
}

TEST(FragmentPeaks, SmallOnesAreLeftOut) {
  EXPECT_THAT(mz_of(peaks_of({{50, 1000}, {60, 5}, {70, 4.99}, {80, 0}, {90, -1}})),
              ElementsAre(50, 60));
}

TEST(FragmentPeaks, AreAtMostForty) {
  std::vector<Peak> many;
  for (int i = 0; i < 50; ++i) many.push_back({100.0 + i, 1000.0 - i});
  EXPECT_EQ(peaks_of(many).size(), 40U);
}

TEST(FragmentPeaks, EqualOnesStandByMass) {
  EXPECT_THAT(mz_of(peaks_of({{60, 1}, {50, 1}, {70, 1}})), ElementsAre(50, 60, 70));
}

TEST(FragmentPeaks, NeedAPrecursorAndFiniteNumbers) {
  EXPECT_TRUE(peaks_of({{50, 1}}, std::nullopt).empty());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_THAT(mz_of(peaks_of({{nan, 1}, {50, nan}, {60, infinite}, {70, 1}})), ElementsAre(70));
}

std::vector<PeakUse> uses_of(std::vector<Peak> peaks, std::optional<double> precursor = 200) {
  Spectrum spectrum;
  spectrum.precursor_mz = precursor;
  spectrum.peaks = std::move(peaks);
  std::vector<PeakUse> uses;
  for (const auto& judged : judged_peaks(spectrum)) uses.push_back(judged.use);
  return uses;
}

TEST(JudgedPeaks, SayInTheirOrderWhyAPeakIsNotRead) {
  EXPECT_THAT(uses_of({{250, 1}, {60, 4}, {50, 1000}, {199.7, 9}, {70, 0}, {90, 5}}),
              ElementsAre(PeakUse::at_precursor, PeakUse::weak, PeakUse::read,
                          PeakUse::at_precursor, PeakUse::no_peak, PeakUse::read));
  EXPECT_THAT(uses_of({{50, 1}}, std::nullopt), ElementsAre(PeakUse::no_precursor));
}

TEST(JudgedPeaks, AreReadAsFarAsTheyAreAmongTheFortyLargest) {
  std::vector<Peak> many;
  for (int i = 0; i < 42; ++i) many.push_back({100.0 + i, 1000.0 + i});
  const auto uses = uses_of(many);
  EXPECT_EQ(uses[0], PeakUse::beyond_largest);
  EXPECT_EQ(uses[1], PeakUse::beyond_largest);
  EXPECT_EQ(std::ranges::count(uses, PeakUse::read), 40);
}

TEST(JudgedPeaks, HaveTheirShareOfTheLargestUpToThePrecursor) {
  Spectrum spectrum;
  spectrum.precursor_mz = 200;
  spectrum.peaks = {{50, 25}, {200.1, 50}, {300, 100}};
  const auto judged = judged_peaks(spectrum);
  EXPECT_EQ(judged[0].peak.intensity, 0.5F);
  EXPECT_EQ(judged[2].peak.intensity, 2);
}

}  // namespace
}  // namespace specbridge
