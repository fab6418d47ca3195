#include "samples/words.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace specbridge {
namespace {

Spectrum spectrum_of(double precursor_mz, std::vector<Peak> peaks) {
  Spectrum spectrum;
  spectrum.precursor_mz = precursor_mz;
  spectrum.peaks = std::move(peaks);
  return spectrum;
}

std::vector<std::string> texts(const std::vector<Word>& words) {
  std::vector<std::string> texts;
  for (const auto& word : words) texts.push_back(to_string(word));
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Words, AreThePeaksAndTheLossesBelowThePrecursor) {
  const auto spectrum = spectrum_of(200.1, {{181.094, 50}, {60.05, 999}, {210.0, 30}});
  EXPECT_EQ(texts(words_of(spectrum, SamplePool::words)),
            (Texts{"peak@60.05", "peak@181.09", "peak@210.00", "loss@19.01", "loss@140.05"}));
}

TEST(Words, LeaveOutPeaksBelowAHundredthOfTheBasePeak) {
  const auto spectrum = spectrum_of(500, {{100, 1000}, {110, 10}, {120, 9.9}});
  EXPECT_EQ(texts(words_of(spectrum, SamplePool::words)), (Texts{"peak@100.00", "peak@110.00"}));
}

TEST(Words, LeaveOutLossesBelow10AndAbove200) {
  const auto spectrum = spectrum_of(300, {{290.5, 1}, {290, 1}, {100, 1}, {99.9, 1}});
  EXPECT_EQ(texts(words_of(spectrum, SamplePool::words)),
            (Texts{"peak@99.90", "peak@100.00", "peak@290.00", "peak@290.50", "loss@10.00",
                   "loss@200.00"}));
}

TEST(Words, CountOnceHoweverManyPeaksRoundToThem) {
  const auto spectrum = spectrum_of(50, {{60.051, 5}, {60.049, 7}});
  EXPECT_EQ(texts(words_of(spectrum, SamplePool::words)), (Texts{"peak@60.05"}));
}

TEST(Words, OfPrecursorsSeeNoPeak) {
  const auto spectrum = spectrum_of(181.066, {{100, 5}});
  EXPECT_EQ(texts(words_of(spectrum, SamplePool::precursors)), (Texts{"precursor@181.07"}));
}

TEST(Words, AreReadAsTheyAreWritten) {
  for (const char* text : {"peak@0.01", "loss@18.01", "precursor@1234.50"}) {
    ASSERT_TRUE(parse_word(text)) << text;
    EXPECT_EQ(to_string(*parse_word(text)), text);
  }
  for (const char* text :
       {"peak@18.011", "peak@", "peak18.01", "ion@18.01", "peak@-1.00", "peak@0.00", ""}) {
    EXPECT_FALSE(parse_word(text)) << text;
  }
}

}  // namespace
}  // namespace specbridge
