#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/matrix.h"
#include "base/random.h"
#include "specbridge/train_settings.h"
#include "train/words/negative_table.h"

namespace specbridge {

/// What a step gave.
struct WordLoss {
  double sum = 0;         ///< nats, over the words that were told from others
  std::size_t words = 0;  ///< of these
};

/// Word2vec's continuous bag of words with negative sampling (Mikolov et al., NIPS 2013), where the
/// context of a word is all of its spectrum: order and distance of peaks mean nothing.
///
/// A spectrum's words are gone through one after the other. With h the mean of the vectors of the
/// other words, o the output vector of the word and n those of the negatives, the loss is
/// -log s(h.o) - sum log s(-h.n), s the logistic function. Output vectors go down its gradient;
/// each word of the context goes down the gradient of h as a whole, not divided by their number, as
/// in word2vec and gensim (cbow_mean).
///
/// All words of a context get the same addition, so what they have together is kept as one sum and
/// added at the end of the spectrum: the steps are those above, at a cost that grows with the words
/// and not with their pairs.
class WordLearner {
 public:
  /// @param counts spectra by word, at least one, none of them 0
  WordLearner(std::vector<std::uint64_t> counts, const WordSettings& settings, std::size_t dim,
              std::uint64_t seed);

  /// Learns from the distinct words of a spectrum. Frequent ones are left out at random, as the
  /// setting `subsampling` says; fewer than two teach nothing.
  WordLoss learn(std::span<const std::uint32_t> words, double rate, Random& random);

  /// That a word stays when frequent ones are left out: min(1, (sqrt(f/t) + 1) t/f), f its share of
  /// all occurrences, t `subsampling`.
  double kept_share(std::size_t word) const;

  const Matrix& vectors() const noexcept { return vectors_; }  ///< [words, dim]
  const Matrix& outputs() const noexcept { return outputs_; }  ///< [words, dim]

 private:
  double tell_apart(std::uint32_t word, std::span<const float> context, double rate, Random& random,
                    std::span<float> change);
  double step_output(std::size_t word, double target, std::span<const float> context, double rate,
                     std::span<float> change);

  WordSettings settings_;
  std::vector<std::uint64_t> counts_;
  double occurrences_ = 0;
  NegativeTable negatives_;
  Matrix vectors_, outputs_;
};

}  // namespace specbridge
