#pragma once

#include <cstddef>
#include <vector>

#include "search/evidence/scorer.h"
#include "search/ranker.h"

namespace specbridge {

/// What the spectra of one feature say of the same candidates.
class FeatureScores {
 public:
  /// @param spectra how many there are
  explicit FeatureScores(std::size_t spectra) : of_spectra_(spectra) {}
  /// Keeps the scores of one spectrum. Different spectra may be added by different threads.
  void add(std::size_t spectrum, const QueryScores& scores);
  /// Of each kind of evidence and each candidate the mean over the spectra that know it, in their
  /// order; missing where none does.
  /// @param block of one query, with the candidates
  ScoreTable mean(const ScoringBlock& block) const;

 private:
  std::vector<std::vector<std::vector<float>>> of_spectra_;  // [spectrum][kind][candidate]
};

}  // namespace specbridge
