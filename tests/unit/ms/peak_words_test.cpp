#include "ms/electron/peak_words.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "base/text.h"
#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

struct Golden {
  std::vector<Peak> peaks;
  std::string words;
};

/// Lists of peaks with the words that another program made of them.
std::vector<Golden> goldens() {
  std::vector<Golden> all;
  std::ifstream lines(test::fixtures() / "ms" / "renderings.tsv");
  for (std::string line; std::getline(lines, line);) {
    const auto tab = line.find('\t');
    Golden golden{{}, line.substr(tab + 1)};
    for (const auto peak : split(std::string_view(line).substr(0, tab), ' ')) {
      const auto colon = peak.find(':');
      golden.peaks.push_back(
          {*parse_number(peak.substr(0, colon)), *parse_number(peak.substr(colon + 1))});
    }
    all.push_back(std::move(golden));
  }
  return all;
}

TEST(PeakWords, AreThoseOfTheGoldens) {
  const auto all = goldens();
  ASSERT_EQ(all.size(), 30U);
  for (const auto& golden : all) {
    EXPECT_EQ(rendered(golden.peaks, parse_text_rendering("llm4ms")),
              "Instruction: This is a mass spectra:  Key Peaks: " + golden.words);
  }
}

TEST(PeakWords, MassesAreCutUnlessRoundingIsAskedFor) {
  const std::vector<Peak> peaks = {{92.98, 10}};
  TextRendering rules = parse_text_rendering("llm4ms");
  rules.before = "";
  EXPECT_EQ(rendered(peaks, rules), "base_peak@92,max_peak@92");
  rules.unit_mass = UnitMass::round;
  EXPECT_EQ(rendered(peaks, rules), "base_peak@93,max_peak@93");
  rules.unit_mass = UnitMass::none;
  EXPECT_EQ(rendered(peaks, rules), "base_peak@92.98,max_peak@92.98");
}

TEST(PeakWords, AreTheSameOfThePeaksThatAreKeptForThem) {
  for (const std::size_t peaks : {1U, 3U, 30U}) {
    TextRendering rules = parse_text_rendering("llm4ms");
    rules.peaks = peaks;
    for (const auto& golden : goldens()) {
      const auto kept = worded_peaks(golden.peaks, rules);
      EXPECT_LE(kept.size(), peaks + 1);
      EXPECT_EQ(rendered(kept, rules), rendered(golden.peaks, rules));
    }
  }
}

TEST(PeakWords, OfTooManyPeaksTheHighestMassStaysTheLastWord) {
  TextRendering rules = parse_text_rendering("llm4ms");
  rules.before = "";
  rules.peaks = 2;
  EXPECT_EQ(rendered(std::vector<Peak>{{50, 9}, {60, 8}, {70, 7}}, rules),
            "base_peak@50,max_peak@60,max_peak@70");
}

TEST(PeakWords, WithoutAPeakOnlyTheWordsBeforeAreWritten) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Peak> none = {{50, 0}, {kNan, 5}, {-1, 5}, {60, kNan}};
  TextRendering rules;
  rules.before = "before";
  EXPECT_EQ(rendered(none, rules), "before");
  EXPECT_EQ(rendered({}, rules), "before");
}

TEST(PeakWords, AnUnknownPresetIsRefused) {
  EXPECT_THROW(parse_text_rendering("gpt"), UsageError);
}

}  // namespace
}  // namespace specbridge
