#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/random.h"
#include "specbridge/train_settings.h"
#include "train/replicate_order.h"
#include "train/trainer.h"

namespace specbridge {

using Batch = std::vector<Draw>;

/// Relative sampling weights of the examples: (spectra of the molecule)^-power, sum 1.
std::vector<double> sampling_weights(std::span<const Example> examples, double power);

/// Puts the rows of a batch in an order in which the shares of several processes follow each other,
/// sizes differing by one at most: dealt like cards, so that each has short and long spectra.
void deal(Batch& batch, std::size_t processes);

/// Which examples make up which batch: a function of the seed and the epoch alone.
///
/// Without weights an epoch shows every example once. With weights it draws as many as there are
/// examples by systematic resampling: an example with expectation e is drawn floor(e) or ceil(e)
/// times. Then, for a bridge, the draws are put into windows of `length_window` batches, sorted by
/// length within a window, cut into batches, and the batches of a window are shuffled. Where
/// similarity is learned, replicate_order() puts them in order before they are cut, and the rows of
/// a batch are sorted by length.
class BatchPlan {
 public:
  /// @param examples outlive the plan
  BatchPlan(std::span<const Example> examples, const TrainSettings& settings, std::uint64_t seed);
  /// The same of anything that has lengths. @param weights relative ones, sum 1; empty: alike
  BatchPlan(std::vector<std::size_t> lengths, std::vector<double> weights,
            const TrainSettings& settings, std::uint64_t seed);

  std::size_t batches_per_epoch() const;
  std::vector<Batch> epoch(std::size_t number) const;

 private:
  std::vector<Draw> draws(std::size_t epoch) const;
  std::vector<Batch> batches_by_length(std::vector<Draw> draws, Random& random) const;
  std::vector<Batch> batches_of_replicates(const std::vector<Draw>& draws, Random& random) const;
  void sort_by_length(std::span<Draw> draws) const;

  std::span<const Example> examples_;
  std::optional<ReplicateRules> replicates_;  ///< nothing: batches are made by length
  std::vector<std::size_t> lengths_;
  std::vector<double> weights_;  ///< empty: every example once
  std::size_t batch_, window_;
  std::uint64_t seed_;
};

/// The batches of a plan by the steps of a training. Those of one epoch are at hand.
class StepBatches {
 public:
  /// @param processes that every batch is dealt to
  explicit StepBatches(BatchPlan plan, std::size_t processes = 1);

  std::size_t per_epoch() const noexcept { return per_epoch_; }
  std::size_t epoch_of(std::size_t step) const { return step / per_epoch_; }
  /// @param step from 0 @return valid until a step of another epoch is asked for
  const Batch& at(std::size_t step);

 private:
  BatchPlan plan_;
  std::size_t processes_, per_epoch_;
  std::optional<std::size_t> epoch_;
  std::vector<Batch> batches_;
};

}  // namespace specbridge
