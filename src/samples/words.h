#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/sample_pool.h"
#include "specbridge/spectrum.h"

namespace specbridge {

/// What a word of a spectrum is of.
enum class WordKind : std::uint8_t { peak, loss, precursor };

/// An m/z or a difference of two, rounded to hundredths of Th (half away from zero).
struct Word {
  WordKind kind = WordKind::peak;
  std::int32_t hundredths = 0;
  auto operator<=>(const Word&) const = default;
};

/// "peak@85.03", "loss@18.01", "precursor@181.07".
std::string to_string(const Word& word);
/// Nothing for a text that to_string() does not write.
std::optional<Word> parse_word(std::string_view text);

/// Peaks below this share of the base peak make no word.
inline constexpr double kLeastIntensityOfWord = 0.01;
/// Losses outside of this range make no word, Th: as MEMO has it.
inline constexpr double kLowestLoss = 10, kHighestLoss = 200;

/// The words of a spectrum that can be used (see refusal()), sorted, each once. For
/// SamplePool::words those of its peaks, and of the losses from its precursor to peaks below it;
/// for SamplePool::precursors the one of its precursor.
/// Source: MEMO (Gaudry et al., 2022) and Spec2Vec (Huber et al., 2021), whose words these are.
std::vector<Word> words_of(const Spectrum& spectrum, SamplePool pool);

}  // namespace specbridge
