#include "fragments/ion_scorer.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace specbridge {

namespace {

constexpr std::size_t kShifts = 16;  // of hydrogens, from -8 on: more than any hypothesis has
constexpr int kMostLost = 8;

}  // namespace

IonScorer::IonScorer(const FragmentModel& model, const Fragmentation& molecule,
                     FragmentIdentities& identities, const FragmentedIon& ion)
    : model_(model),
      molecule_(molecule),
      identities_(identities),
      ion_(ion),
      place_(molecule.fragments.size(), 0) {}

float IonScorer::worth(const Hypothesis& hypothesis) {
  const std::size_t size = kShifts * ion_.metals.size();
  std::uint32_t& place = place_[hypothesis.fragment];
  if (place == 0) {
    worth_.resize(worth_.size() + size, std::numeric_limits<float>::quiet_NaN());
    place = static_cast<std::uint32_t>(worth_.size() / size);
  }
  float& known = worth_[(place - 1) * size + hypothesis.metals * kShifts +
                        static_cast<std::size_t>(hypothesis.hydrogens + kMostLost)];
  if (std::isnan(known)) {
    features_.clear();
    add_ion_features(hypothesis, molecule_, identities_, ion_, features_);
    known = model_.value(FragmentModel::kStart, features_);
  }
  return known;
}

double IonScorer::score(std::span<const FragmentPeak> peaks) {
  double score = 0;
  for (const FragmentPeak& peak : peaks) {
    find_hypotheses(peak, molecule_, ion_, hypotheses_);
    if (hypotheses_.empty()) continue;
    float best = -std::numeric_limits<float>::infinity();
    for (const Hypothesis& hypothesis : hypotheses_) {
      const float own = worth(hypothesis);
      features_.clear();
      add_peak_features(hypothesis, peak, molecule_, ion_, features_);
      best = std::max(best, model_.value(own, features_));
    }
    score += FragmentModel::contribution(std::sqrt(peak.intensity), best);
  }
  return score;
}

}  // namespace specbridge
