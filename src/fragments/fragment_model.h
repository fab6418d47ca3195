#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fragments/features.h"

namespace specbridge {

/// What a candidate has to say about the peaks of a spectrum: for each peak that it can explain,
/// the hypotheses as features. Flat, because training holds millions of them.
class CandidateFeatures {
 public:
  struct Hypotheses {
    float weight = 0;                   ///< of the peak: root of its intensity
    std::uint32_t first = 0, last = 0;  ///< hypotheses
  };

  std::span<const Hypotheses> peaks() const noexcept { return peaks_; }
  std::span<const std::uint32_t> features(std::size_t hypothesis) const {
    const std::size_t first = hypothesis == 0 ? 0 : ends_[hypothesis - 1];
    return std::span(features_).subspan(first, ends_[hypothesis] - first);
  }
  /// Appends an explained peak.
  void add(const ExplainedPeak& peak, const Fragmentation& molecule, FragmentIdentities& identities,
           const FragmentedIon& ion);

 private:
  std::vector<Hypotheses> peaks_;
  std::vector<std::uint32_t> ends_;  // of hypotheses in features_
  std::vector<std::uint32_t> features_;
};

/// The features of a candidate for a spectrum.
CandidateFeatures candidate_features(std::span<const FragmentPeak> peaks,
                                     const Fragmentation& molecule, FragmentIdentities& identities,
                                     const FragmentedIon& ion);

/// The learned fragment score: the sum over explained peaks of the root of their intensity times
/// the value of the best hypothesis, which is a constant and the sum of its features' weights, but
/// no less than a floor. Peaks that nothing explains add nothing. Thread-safe.
class FragmentModel {
 public:
  /// Before training: each broken bond costs the same.
  FragmentModel();
  /// @param weights [kFragmentFeatures]
  explicit FragmentModel(std::vector<float> weights) : weights_(std::move(weights)) {}

  /// The best hypothesis of a peak and its value, not cut at the floor.
  struct Best {
    std::size_t hypothesis = 0;
    float value = 0;
  };
  Best best_of(const CandidateFeatures& candidate, const CandidateFeatures::Hypotheses& peak) const;
  /// A value and the weights of features, added in their order.
  float value(float first, std::span<const std::uint32_t> features) const {
    for (const std::uint32_t feature : features) first += weights_[feature];
    return first;
  }
  /// What a peak adds to the score.
  /// @param weight of the peak: root of its intensity
  /// @param value of its best hypothesis
  static float contribution(float weight, float value) { return weight * std::max(kFloor, value); }
  double score(const CandidateFeatures& candidate) const;

  std::span<const float> weights() const noexcept { return weights_; }
  std::span<float> weights() noexcept { return weights_; }

  static constexpr float kStart = 0.3F, kFloor = -1.5F;

 private:
  std::vector<float> weights_;
};

}  // namespace specbridge
