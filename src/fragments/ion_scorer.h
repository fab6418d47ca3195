#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fragments/fragment_model.h"

namespace specbridge {

/// Scores one molecule for any number of spectra of one ion: equal to the last bit to
/// FragmentModel::score() of the candidate's features, but what a hypothesis is worth apart from
/// its peak is added up once. Not thread-safe; all that it is made of must outlive it.
class IonScorer {
 public:
  IonScorer(const FragmentModel& model, const Fragmentation& molecule,
            FragmentIdentities& identities, const FragmentedIon& ion);
  double score(std::span<const FragmentPeak> peaks);

 private:
  float worth(const Hypothesis& hypothesis);

  const FragmentModel& model_;
  const Fragmentation& molecule_;
  FragmentIdentities& identities_;
  const FragmentedIon& ion_;
  std::vector<std::uint32_t> place_;  // of a fragment's values in worth_, plus one; 0: none yet
  std::vector<float> worth_;          // by fragment, metals and hydrogens; not a number: not known
  // In work, kept for their memory.
  std::vector<Hypothesis> hypotheses_;
  std::vector<std::uint32_t> features_;
};

}  // namespace specbridge
