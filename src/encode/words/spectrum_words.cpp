#include "encode/words/spectrum_words.h"

#include <fmt/format.h>

#include <cmath>
#include <span>
#include <string_view>

#include "ms/similarity/peak_cleaning.h"

namespace specbridge {
namespace {

/// Adds words of ascending m/z, those of one text with the sum of their intensities as weight.
void add_words(std::string_view kind, std::span<const Peak> peaks, std::size_t decimals,
               std::vector<Word>& words) {
  const std::size_t first = words.size();
  for (const Peak& peak : peaks) {
    std::string text = fmt::format("{}@{:.{}f}", kind, peak.mz, decimals);
    if (words.size() > first && words.back().text == text) {
      words.back().weight += peak.intensity;
    } else {
      words.push_back({std::move(text), peak.intensity});
    }
  }
}

/// What is between the precursor and its fragments, by ascending mass.
std::vector<Peak> losses_of(std::span<const Peak> peaks, double precursor_mz,
                            const WordRules& rules) {
  std::vector<Peak> losses;
  for (auto peak = peaks.rbegin(); peak != peaks.rend(); ++peak) {
    const double loss = precursor_mz - peak->mz;
    if (loss >= rules.loss_from && loss <= rules.loss_to) losses.push_back({loss, peak->intensity});
  }
  return losses;
}

}  // namespace

std::vector<Word> words_of(const Spectrum& spectrum, const WordRules& rules) {
  const bool electron = spectrum.kind == SpectrumKind::electron;
  CleaningRule cleaning;
  if (electron) cleaning.unit_mass = rules.unit_mass;
  cleaning.noise_floor = rules.noise_floor;
  cleaning.max_peaks = rules.peaks;
  const auto peaks = cleaned(spectrum.peaks, spectrum.precursor_mz, cleaning);
  std::vector<Word> words;
  add_words("peak", peaks, electron ? 0 : rules.decimals, words);
  if (!electron && spectrum.precursor_mz) {
    add_words("loss", losses_of(peaks, *spectrum.precursor_mz, rules), rules.decimals, words);
  }
  for (Word& word : words) word.weight = std::pow(word.weight, rules.intensity_power);
  return words;
}

}  // namespace specbridge
