#include "ms/formats/isolation.h"

#include <gtest/gtest.h>

#include "ms/spectrum_notes.h"
#include "specbridge/ion_of_spectrum.h"

namespace specbridge {
namespace {

Spectrum judged(const PrecursorTexts& stated, double precursor_mz) {
  Spectrum spectrum;
  spectrum.precursor_mz = precursor_mz;
  spectrum.adduct = "[M+H]+";
  judge_isolation(stated, spectrum);
  return spectrum;
}

std::string notes(const Spectrum& spectrum) {
  return notes_of(spectrum, ion_of(spectrum));
}

TEST(JudgeIsolation, TriesTheTargetOfAWindowThatDoesNotHoldTheSelectedIon) {
  const Spectrum spectrum = judged({"161.10732", "163.12297", "0.5", "0.5"}, 161.10732);
  EXPECT_TRUE(spectrum.has(Oddity::outside_isolation));
  EXPECT_EQ(spectrum.precursor_mz, 163.12297);
  EXPECT_EQ(names_of(ion_of(spectrum).possible), "[M+H]+ at 163.1230, [M+H]+ at 161.1073");
  EXPECT_EQ(notes(spectrum),
            "the selected ion 161.1073 lies outside its isolation window (162.6230 to 163.6230), "
            "whose target is tried too");
}

TEST(JudgeIsolation, KnowsWindowsWithOneSideOnly) {
  EXPECT_TRUE(judged({"161.1", "163.1", "0.5", ""}, 161.1).has(Oddity::outside_isolation));
  EXPECT_FALSE(judged({"165.1", "163.1", "0.5", ""}, 165.1).has(Oddity::outside_isolation));
  EXPECT_TRUE(judged({"165.1", "163.1", "0.5", "1.5"}, 165.1).has(Oddity::outside_isolation));
  EXPECT_FALSE(judged({"164.6", "163.1", "0.5", "1.5"}, 164.6).has(Oddity::outside_isolation));
}

TEST(JudgeIsolation, TakesAReachOfZeroBesideAnotherAsItIs) {
  EXPECT_TRUE(judged({"162.9", "163.1", "0", "1.5"}, 162.9).has(Oddity::outside_isolation));
  EXPECT_FALSE(judged({"164.5", "163.1", "0", "1.5"}, 164.5).has(Oddity::outside_isolation));
}

TEST(JudgeIsolation, KnowsWindowsByTheirEnds) {
  EXPECT_TRUE(
      judged({"161.1", "163.1", "", "", "162.6", "163.6"}, 161.1).has(Oddity::outside_isolation));
  const Spectrum spectrum = judged({"163.1", "163.1", "", "", "162.6", "163.6"}, 163.1);
  EXPECT_EQ(spectrum.oddities, 0U);
  ASSERT_TRUE(spectrum.isolation);
  EXPECT_NEAR(spectrum.isolation->low, 162.6, 1e-9);
  EXPECT_NEAR(spectrum.isolation->high, 163.6, 1e-9);
}

TEST(JudgeIsolation, IsSilentAboutIonsOnTheEdge) {
  for (const double mz : {162.62297, 163.0, 163.12297, 163.62297}) {
    const Spectrum spectrum = judged({"163.0", "163.12297", "0.5", "0.5"}, mz);
    EXPECT_EQ(spectrum.precursor_mz, mz);
    EXPECT_EQ(spectrum.oddities, 0U);
    EXPECT_EQ(notes(spectrum), "");
  }
}

TEST(JudgeIsolation, KnowsNothingWithoutAWindow) {
  for (const PrecursorTexts& stated :
       {PrecursorTexts{"161.1", "163.1", "", ""}, PrecursorTexts{"161.1", "163.1", "0", "0"},
        PrecursorTexts{"161.1", "", "0.5", "0.5"}}) {
    const Spectrum spectrum = judged(stated, 161.1);
    EXPECT_EQ(spectrum.oddities, 0U);
    EXPECT_FALSE(spectrum.isolation.has_value());
  }
}

TEST(JudgeIsolation, NamesWindowsThatAreFarWiderThanAnIon) {
  const Spectrum swath = judged({"500", "500", "12.5", "12.5"}, 500);
  EXPECT_TRUE(swath.has(Oddity::wide_isolation));
  EXPECT_EQ(notes(swath),
            "isolated in a wide window (487.5000 to 512.5000): the precursor is not known as well "
            "as the mass window says");
  EXPECT_TRUE(judged({"625", "625", "575", "575"}, 625).has(Oddity::wide_isolation));
  EXPECT_TRUE(judged({"", "625", "575", "575"}, 625).has(Oddity::wide_isolation));
  EXPECT_FALSE(judged({"500", "500", "2", "2"}, 500).has(Oddity::wide_isolation));
}

}  // namespace
}  // namespace specbridge
