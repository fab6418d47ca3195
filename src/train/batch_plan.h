#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "specbridge/train_settings.h"
#include "train/trainer.h"

namespace specbridge {

/// One use of an example. `copy` tells several uses in one epoch apart.
struct Draw {
  std::size_t example = 0, copy = 0;
};

using Batch = std::vector<Draw>;

/// Relative sampling weights of the examples: (spectra of the molecule)^-power, sum 1.
std::vector<double> sampling_weights(std::span<const Example> examples, double power);

/// Which examples make up which batch: a function of the seed and the epoch alone.
///
/// Without weights an epoch shows every example once. With weights it draws as many as there are
/// examples by systematic resampling: an example with expectation e is drawn floor(e) or ceil(e)
/// times. Then the draws are put into windows of `length_window` batches, sorted by length within a
/// window, cut into batches, and the batches of a window are shuffled.
class BatchPlan {
 public:
  BatchPlan(std::span<const Example> examples, const TrainSettings& settings, std::uint64_t seed);

  std::size_t batches_per_epoch() const;
  std::vector<Batch> epoch(std::size_t number) const;

 private:
  std::vector<Draw> draws(std::size_t epoch) const;

  std::vector<std::size_t> lengths_;
  std::vector<double> weights_;  ///< empty: every example once
  std::size_t batch_, window_;
  std::uint64_t seed_;
};

}  // namespace specbridge
