#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/random.h"
#include "train/trainer.h"

namespace specbridge {

/// One use of an example. `copy` tells several uses in one epoch apart.
struct Draw {
  std::size_t example = 0, copy = 0;
};

/// How draws stand together where similarity is learned.
struct ReplicateRules {
  std::size_t replicates = 4;     ///< draws of a pack at most
  std::size_t precursor_run = 8;  ///< packs of a run
};

/// The draws in an order from which batches are cut, so that a batch holds replicates and, beside
/// them, other molecules of equal precursor. The draws of a molecule in an ion mode are parted, in
/// the order given, into packs of `replicates`; the packs, in the order of ion mode and precursor
/// m/z, into runs of `precursor_run`, beginning at a random place; and the runs are shuffled.
/// @return every draw once
std::vector<Draw> replicate_order(std::span<const Draw> draws, std::span<const Example> examples,
                                  const ReplicateRules& rules, Random& random);

}  // namespace specbridge
