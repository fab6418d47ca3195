#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "fragments/fragment_model.h"

namespace specbridge {

/// Scores one molecule for any number of spectra: equal to the last bit to FragmentModel::score()
/// of the candidate's features, but what a hypothesis is worth apart from its peak is added up
/// once. Not thread-safe; model and molecule must outlive it.
class MoleculeScorer {
 public:
  MoleculeScorer(const FragmentModel& model, const Fragmentation& molecule)
      : model_(model), molecule_(molecule), identities_(molecule) {}
  double score(std::span<const FragmentPeak> peaks, const FragmentedIon& ion);

 private:
  float worth(const Hypothesis& hypothesis, const FragmentedIon& ion);

  const FragmentModel& model_;
  const Fragmentation& molecule_;
  FragmentIdentities identities_;
  std::unordered_map<std::uint64_t, float> worth_;  // by all that add_ion_features() reads
  // In work, kept for their memory.
  std::vector<Hypothesis> hypotheses_;
  std::vector<std::uint32_t> features_;
};

}  // namespace specbridge
