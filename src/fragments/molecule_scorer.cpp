#include "fragments/molecule_scorer.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace specbridge {
namespace {

/// Of hypotheses whose features are the same whatever their peaks.
std::uint64_t key_of(const Hypothesis& hypothesis, int charge) {
  std::uint64_t key = hypothesis.fragment;
  key = key << 8U | static_cast<std::uint8_t>(hypothesis.hydrogens);
  key = key << 8U | hypothesis.metals;
  key = key << 1U | (hypothesis.radical ? 1U : 0U);
  return key << 1U | (charge > 0 ? 1U : 0U);
}

}  // namespace

float MoleculeScorer::worth(const Hypothesis& hypothesis, const FragmentedIon& ion) {
  const auto [known, fresh] = worth_.try_emplace(key_of(hypothesis, ion.charge));
  if (fresh) {
    features_.clear();
    add_ion_features(hypothesis, molecule_, identities_, ion, features_);
    known->second = model_.value(FragmentModel::kStart, features_);
  }
  return known->second;
}

double MoleculeScorer::score(std::span<const FragmentPeak> peaks, const FragmentedIon& ion) {
  double score = 0;
  for (const FragmentPeak& peak : peaks) {
    find_hypotheses(peak, molecule_, ion, hypotheses_);
    if (hypotheses_.empty()) continue;
    float best = -std::numeric_limits<float>::infinity();
    for (const Hypothesis& hypothesis : hypotheses_) {
      const float own = worth(hypothesis, ion);
      features_.clear();
      add_peak_features(hypothesis, peak, molecule_, ion, features_);
      best = std::max(best, model_.value(own, features_));
    }
    score += FragmentModel::contribution(std::sqrt(peak.intensity), best);
  }
  return score;
}

}  // namespace specbridge
