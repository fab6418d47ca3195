#include "samples/blanks.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace specbridge {
namespace {

Spectrum spectrum_at(double precursor_mz, std::vector<Peak> peaks) {
  Spectrum spectrum;
  spectrum.precursor_mz = precursor_mz;
  spectrum.peaks = std::move(peaks);
  return spectrum;
}

Blanks blanks_of(std::vector<Spectrum> spectra, BlankRule rule = {}) {
  Blanks blanks(rule);
  for (const auto& spectrum : spectra) blanks.add(spectrum);
  blanks.sort();
  return blanks;
}

const std::vector<Peak> kPeaks = {{80, 30}, {120, 70}};

TEST(Blanks, MatchASpectrumOfTheirPrecursorAndPeaks) {
  const auto blanks = blanks_of({spectrum_at(300, kPeaks), spectrum_at(250, {{90, 1}})});
  EXPECT_TRUE(blanks.match(spectrum_at(300.009, {{120.015, 140}, {79.99, 60}})));
  EXPECT_FALSE(blanks.match(spectrum_at(300.02, kPeaks)));
  EXPECT_FALSE(blanks.match(spectrum_at(250, kPeaks)));
}

TEST(Blanks, ToleranceIsTheLargerOfPpmAndDalton) {
  const auto blanks = blanks_of({spectrum_at(1500, kPeaks)}, {{10, 0.001}, 0.8});
  EXPECT_TRUE(blanks.match(spectrum_at(1500.0145, kPeaks)));
  EXPECT_FALSE(blanks.match(spectrum_at(1500.016, kPeaks)));
}

TEST(Blanks, WantTheSharedIntensityOfBothSpectra) {
  const auto blanks = blanks_of({spectrum_at(300, {{80, 79}, {120, 21}})});
  EXPECT_FALSE(blanks.match(spectrum_at(300, {{80, 100}})));
  const auto others = blanks_of({spectrum_at(300, {{80, 81}, {120, 19}})});
  EXPECT_TRUE(others.match(spectrum_at(300, {{80, 100}})));
  EXPECT_FALSE(others.match(spectrum_at(300, {{80, 75}, {90, 25}})));
}

TEST(Blanks, DoNotCountWhatIsLeftOfThePrecursor) {
  const auto blanks = blanks_of({spectrum_at(300, {{300, 900}, {80, 100}})});
  EXPECT_FALSE(blanks.match(spectrum_at(300, {{300, 900}, {90, 100}})));
  EXPECT_FALSE(blanks.match(spectrum_at(300, {{300, 900}})));
  EXPECT_TRUE(blanks_of({spectrum_at(300, {{300, 9}})}).match(spectrum_at(300, {{299.9, 5}})));
}

TEST(Blanks, WithoutSpectraMatchNothing) {
  EXPECT_FALSE(blanks_of({}).match(spectrum_at(300, kPeaks)));
}

TEST(Blanks, NameTheirWords) {
  const auto blanks = blanks_of({spectrum_at(100, {{60, 5}}), spectrum_at(99, {{60, 5}})});
  EXPECT_EQ(blanks.words(SamplePool::words).size(), 3U);  // one peak, losses of 40 and of 39
  EXPECT_EQ(blanks.words(SamplePool::precursors).size(), 2U);
}

}  // namespace
}  // namespace specbridge
