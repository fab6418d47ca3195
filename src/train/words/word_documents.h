#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "encode/words/spectrum_words.h"
#include "encode/words/word_encoder.h"

namespace specbridge {

/// Spectra as the numbers of their words, each word once a spectrum.
class WordDocuments {
 public:
  /// Adds a spectrum; words that were not met before are numbered on.
  void add(const std::vector<Word>& words);
  /// Leaves out the words that fewer than `least` spectra have, and numbers the others by falling
  /// count, of equals by their text, so that the order of the spectra does not matter to them.
  /// Spectra keep their places, also without a word. @return how many words were left out
  std::size_t keep_frequent(std::size_t least);
  /// A control with nothing to learn: words go from spectrum to spectrum at random, but every
  /// spectrum keeps how many it has, and every word in how many it is (the curveball trades of
  /// Strona et al., Nat Commun 5, 4114, 2014).
  void shuffle_words(Random& random);

  std::size_t size() const noexcept { return documents_.size(); }
  std::span<const std::uint32_t> operator[](std::size_t i) const { return documents_[i]; }
  /// By number.
  const std::vector<CountedWord>& words() const noexcept { return words_; }
  /// Words of all spectra together.
  std::size_t occurrences() const;

 private:
  std::vector<CountedWord> words_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::vector<std::uint32_t>> documents_;
};

}  // namespace specbridge
