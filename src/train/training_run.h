#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "specbridge/precision.h"
#include "specbridge/train_settings.h"
#include "specbridge/training_result.h"
#include "train/checkpoint.h"
#include "train/learners/learner.h"
#include "train/parameters.h"
#include "train/ranks/communicator.h"
#include "train/trainer.h"
#include "train/training_log.h"

namespace specbridge {

/// One training from start to end. The arguments must outlive the object.
class TrainingRun {
 public:
  /// @param ranks who train together; nullptr: this process alone
  TrainingRun(Learner& learner, const TrainSettings& settings, Precision precision,
              const RunContext& context, Communicator* ranks = nullptr);

  /// Trains from the newest kept state until the end, and leaves the weights to keep in place.
  /// @param dir where metrics.jsonl is, as far as the last kept state has it
  /// @throws Interrupted, TrainingLost, RankLost
  TrainingResult run(const std::filesystem::path& dir, const Keeping& keeping);
  /// Writes what was trained, and its metrics.
  void write(const std::filesystem::path& dir) const;

 private:
  using Clock = std::chrono::steady_clock;

  void begin_together();
  bool is_interrupted() const;
  StepRecord take_step(std::size_t step);
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

  Learner& learner_;
  const TrainSettings& settings_;
  Precision precision_;
  const RunContext& context_;
  Communicator alone_;
  Communicator& ranks_;
  FlatParameters parameters_;
  std::size_t total_;
  TrainingLog log_;
  std::size_t step_ = 0, kept_step_ = 0;  ///< steps that are done, and that a kept state has
  Clock::time_point kept_at_ = Clock::now();
  std::size_t validated_step_ = 0;  ///< of the last validation
  std::size_t lost_in_a_row_ = 0, without_gain_ = 0;
  std::optional<BestValidation> best_;
};

}  // namespace specbridge
