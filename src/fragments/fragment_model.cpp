#include "fragments/fragment_model.h"

#include <cmath>

namespace specbridge {

void CandidateFeatures::add(const ExplainedPeak& peak, const Fragmentation& molecule,
                            FragmentIdentities& identities, const FragmentedIon& ion) {
  const auto first = static_cast<std::uint32_t>(ends_.size());
  for (const Hypothesis& hypothesis : peak.hypotheses) {
    add_ion_features(hypothesis, molecule, identities, ion, features_);
    add_peak_features(hypothesis, peak.peak, molecule, ion, features_);
    ends_.push_back(static_cast<std::uint32_t>(features_.size()));
  }
  peaks_.push_back(
      {std::sqrt(peak.peak.intensity), first, static_cast<std::uint32_t>(ends_.size())});
}

CandidateFeatures candidate_features(std::span<const FragmentPeak> peaks,
                                     const Fragmentation& molecule, FragmentIdentities& identities,
                                     const FragmentedIon& ion) {
  CandidateFeatures features;
  for (const auto& peak : explain_peaks(peaks, molecule, ion)) {
    features.add(peak, molecule, identities, ion);
  }
  return features;
}

FragmentModel::FragmentModel() : weights_(kFragmentFeatures, 0) {
  constexpr float kCostOfCut = 0.1F;
  for (const int charge : {1, -1}) {
    for (unsigned cuts = 0; cuts <= Fragment::kMostBroken; ++cuts) {
      for (unsigned ring = 0; ring <= cuts; ++ring) {
        weights_[cuts_feature(charge, cuts, ring)] = -kCostOfCut * static_cast<float>(cuts);
      }
    }
  }
}

FragmentModel::Best FragmentModel::best_of(const CandidateFeatures& candidate,
                                           const CandidateFeatures::Hypotheses& peak) const {
  Best best;
  for (std::size_t hypothesis = peak.first; hypothesis < peak.last; ++hypothesis) {
    const float found = value(kStart, candidate.features(hypothesis));
    if (hypothesis == peak.first || found > best.value) best = {hypothesis, found};
  }
  return best;
}

double FragmentModel::score(const CandidateFeatures& candidate) const {
  double score = 0;
  for (const auto& peak : candidate.peaks()) {
    score += contribution(peak.weight, best_of(candidate, peak).value);
  }
  return score;
}

}  // namespace specbridge
