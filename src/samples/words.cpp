#include "samples/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/text.h"

namespace specbridge {
namespace {

constexpr std::array<std::string_view, 3> kKindNames = {"peak", "loss", "precursor"};

/// Nothing for what no instrument measures.
std::optional<Word> word_at(WordKind kind, double mz) {
  const double hundredths = std::round(mz * 100);
  if (!(hundredths > 0) || hundredths > std::numeric_limits<std::int32_t>::max()) return {};
  return Word{kind, static_cast<std::int32_t>(hundredths)};
}

void add_peaks(const Spectrum& spectrum, std::vector<Word>& words) {
  double base = 0;
  for (const auto& [mz, intensity] : spectrum.peaks) {
    if (std::isfinite(mz) && std::isfinite(intensity)) base = std::max(base, intensity);
  }
  for (const auto& [mz, intensity] : spectrum.peaks) {
    if (!(intensity > 0) || !(intensity >= kLeastIntensityOfWord * base)) continue;
    if (const auto word = word_at(WordKind::peak, mz)) words.push_back(*word);
    const double loss = spectrum.precursor_mz.value_or(0) - mz;
    if (!(loss >= kLowestLoss && loss <= kHighestLoss)) continue;
    words.push_back(*word_at(WordKind::loss, loss));
  }
}

}  // namespace

std::string to_string(const Word& word) {
  return fmt::format("{}@{}.{:02}", kKindNames[static_cast<std::size_t>(word.kind)],
                     word.hundredths / 100, word.hundredths % 100);
}

std::optional<Word> parse_word(std::string_view text) {
  const auto at = text.find('@');
  const auto kind = std::ranges::find(kKindNames, text.substr(0, at));
  if (at == std::string_view::npos || kind == kKindNames.end()) return {};
  const auto mz = parse_number(text.substr(at + 1));
  if (!mz) return {};
  const auto word = word_at(static_cast<WordKind>(kind - kKindNames.begin()), *mz);
  return word && to_string(*word) == text ? word : std::nullopt;
}

std::vector<Word> words_of(const Spectrum& spectrum, SamplePool pool) {
  std::vector<Word> words;
  if (pool == SamplePool::words) {
    add_peaks(spectrum, words);
  } else if (const auto word = word_at(WordKind::precursor, spectrum.precursor_mz.value_or(0))) {
    words.push_back(*word);
  }
  std::ranges::sort(words);
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

}  // namespace specbridge
