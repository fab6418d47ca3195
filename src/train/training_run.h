#pragma once

#include <ATen/core/Tensor.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "specbridge/bridge_shape.h"
#include "specbridge/precision.h"
#include "specbridge/train_settings.h"
#include "specbridge/training_result.h"
#include "train/batch_plan.h"
#include "train/checkpoint.h"
#include "train/objective.h"
#include "train/parameters.h"
#include "train/ranks/communicator.h"
#include "train/replica.h"
#include "train/trainer.h"
#include "train/training_log.h"

namespace specbridge {

/// One training from start to end. The arguments must outlive the object.
class TrainingRun {
 public:
  TrainingRun(const TrainingInput& input, const TrainSettings& settings, Precision precision,
              const RunContext& context);

  /// Trains from the newest kept state until the end, and leaves the weights to keep in place.
  /// @param dir where metrics.jsonl is, as far as the last kept state has it
  /// @throws Interrupted, TrainingLost, RankLost
  TrainingResult run(const std::filesystem::path& dir, const Keeping& keeping);
  /// Writes weights, metrics and, of a bridge, the mean target.
  void write(const std::filesystem::path& dir) const;

 private:
  using Clock = std::chrono::steady_clock;

  void begin_together();
  bool is_interrupted() const;
  const Batch& batch_of(std::size_t step);
  at::Tensor vectors_of(const Batch& batch, std::size_t epoch, BatchView& view);
  StepRecord take_step(std::size_t step);
  BatchView view_of(const Batch& batch, std::size_t step) const;
  void differentiate(const Batch& batch, StepRecord& record);
  void update(StepRecord& record);
  void stop_when_lost(const StepRecord& record);
  void validate(std::size_t step);
  void measure(std::size_t step);
  bool ends_early() const;
  void take_up(const Keeping& keeping);
  void go_on_from(const std::filesystem::path& file);
  bool is_due(const Keeping& keeping) const;
  void keep_state(const std::filesystem::path& dir, const Keeping& keeping);
  void advance(std::vector<std::size_t>& validations);
  void take_what_is_left(const std::filesystem::path& dir, const Keeping& keeping);
  std::vector<std::size_t> validations_left() const;
  std::vector<std::size_t> validations_of_all();
  TrainingResult keep(std::size_t steps, bool interrupted);

  const TrainingInput& input_;
  const TrainSettings& settings_;
  Precision precision_;
  const RunContext& context_;
  Communicator alone_;
  Communicator& ranks_;
  bool one_interrupted_ = false;  ///< of several processes, as they found at the last step
  Replica replica_;
  Objective objective_;
  FlatParameters parameters_;
  at::Tensor targets_, products_;  ///< float32, and in the type of matrix products
  at::Tensor decoy_vectors_;       ///< of TrainingInput::decoys, where a term asks for them
  BatchPlan plan_;
  std::size_t total_;
  TrainingLog log_;
  std::vector<Batch> epoch_batches_;
  std::optional<std::size_t> epoch_;
  std::size_t step_ = 0, kept_step_ = 0;  ///< steps that are done, and that a kept state has
  Clock::time_point kept_at_ = Clock::now();
  std::size_t validated_step_ = 0;  ///< of the last validation
  std::size_t lost_in_a_row_ = 0, without_gain_ = 0;
  std::optional<BestValidation> best_;
};

/// Mean of the targets as training samples them, unit length.
std::vector<float> mean_target(const TrainingInput& input, const TrainSettings& settings);

}  // namespace specbridge
