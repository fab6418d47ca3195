#include "encode/words/spectrum_words.h"

#include <gtest/gtest.h>

#include <cmath>

namespace specbridge {
namespace {

Spectrum tandem_of(std::vector<Peak> peaks, std::optional<double> precursor_mz = {}) {
  Spectrum spectrum;
  spectrum.precursor_mz = precursor_mz;
  spectrum.peaks = std::move(peaks);
  return spectrum;
}

Spectrum electron_of(std::vector<Peak> peaks) {
  Spectrum spectrum = tandem_of(std::move(peaks));
  spectrum.kind = SpectrumKind::electron;
  return spectrum;
}

std::vector<std::string> texts_of(const Spectrum& spectrum, const WordRules& rules = {}) {
  std::vector<std::string> texts;
  for (const Word& word : words_of(spectrum, rules)) texts.push_back(word.text);
  return texts;
}

using Texts = std::vector<std::string>;

TEST(SpectrumWords, ArePeaksByAscendingMzAndThenLosses) {
  const auto spectrum = tandem_of({{200.126, 50}, {100.051, 100}}, 250.0);
  EXPECT_EQ(texts_of(spectrum), (Texts{"peak@100.05", "peak@200.13", "loss@49.87", "loss@149.95"}));
}

TEST(SpectrumWords, AreOfPeaksAloneWithoutAPrecursor) {
  EXPECT_EQ(texts_of(tandem_of({{100.051, 100}})), Texts{"peak@100.05"});
}

TEST(SpectrumWords, HaveLossesWithinTheirBounds) {
  const auto spectrum = tandem_of({{50, 1}, {245, 1}, {245.01, 1}, {49.99, 1}}, 250.0);
  EXPECT_EQ(texts_of(spectrum), (Texts{"peak@49.99", "peak@50.00", "peak@245.00", "peak@245.01",
                                       "loss@5.00", "loss@200.00"}));
}

TEST(SpectrumWords, WeighTheRootOfTheIntensityRelativeToTheBasePeak) {
  const auto words = words_of(tandem_of({{60, 400}, {70, 100}}, 100.0), {});
  ASSERT_EQ(words.size(), 4U);
  EXPECT_DOUBLE_EQ(words[0].weight, 1);
  EXPECT_DOUBLE_EQ(words[1].weight, 0.5);
  EXPECT_EQ(words[2].text, "loss@30.00");
  EXPECT_DOUBLE_EQ(words[2].weight, 0.5);
}

TEST(SpectrumWords, OfOneTextAreOneWithTheSumOfTheirPeaks) {
  const auto words = words_of(tandem_of({{60.001, 100}, {60.002, 44}, {70, 100}}), {});
  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(words[0].text, "peak@60.00");
  EXPECT_DOUBLE_EQ(words[0].weight, std::sqrt(1.44));
}

TEST(SpectrumWords, OfElectronIonisationHaveWholeMassesByTheStatedRule) {
  const auto spectrum = electron_of({{92.98, 10}, {93.02, 6}, {84.5, 4}});
  EXPECT_EQ(texts_of(spectrum), (Texts{"peak@85", "peak@93"}));
  WordRules truncating;
  truncating.unit_mass = UnitMass::truncate;
  EXPECT_EQ(texts_of(spectrum, truncating), (Texts{"peak@84", "peak@92", "peak@93"}));
}

TEST(SpectrumWords, LeaveOutWhatLiesBelowTheNoiseFloorAndAllButTheMostIntensePeaks) {
  WordRules rules;
  rules.noise_floor = 0.01;
  rules.peaks = 2;
  const auto spectrum = tandem_of({{50, 1000}, {60, 9.9}, {70, 10}, {80, 11}});
  EXPECT_EQ(texts_of(spectrum, rules), (Texts{"peak@50.00", "peak@80.00"}));
}

TEST(SpectrumWords, AreNoneWithoutAPeak) {
  EXPECT_EQ(texts_of(tandem_of({{0, 5}, {70, 0}})), Texts{});
}

}  // namespace
}  // namespace specbridge
