#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/training_result.h"
#include "train/objective.h"
#include "train/trainer.h"

namespace specbridge {

/// Figures of one training step.
struct StepRecord {
  std::size_t step = 0;   ///< finished steps, this one included
  std::size_t epoch = 0;  ///< 0-based
  std::size_t spectra = 0;
  double loss = 0, orthogonality = 0;
  std::vector<double> terms = {};         ///< of the objective, in its order, without their weights
  std::vector<double> temperatures = {};  ///< of those terms that train one
  double learning_rate = 0, gradient_norm = 0;  ///< before clipping
  bool skipped = false;                         ///< the loss or the gradient was not finite
};

/// What a log has so far.
struct LoggedSteps {
  std::string lines;           ///< of metrics.jsonl
  std::vector<double> recent;  ///< losses that recent_loss() is the mean of, the oldest first
};

/// Keeps metrics.jsonl and tells the reporter. The file has no times in it: the same run gives the
/// same bytes.
class TrainingLog {
 public:
  /// @param terms of the objective; those with a `logged_as` are written
  TrainingLog(std::size_t total_steps, std::span<const Term> terms, const RunContext& context);

  void add(const StepRecord& record);
  void add(std::size_t step, const ValidationFigures& figures);
  /// Mean loss of the last steps that were not skipped, at most 50.
  double recent_loss() const;
  void write(const std::filesystem::path& file) const;
  /// Writes it for those who look on: whole at every instant, but not for a power cut to spare.
  void show(const std::filesystem::path& file) const;
  LoggedSteps so_far() const;
  /// Goes on with what another log had.
  void go_on(LoggedSteps logged);

 private:
  using Clock = std::chrono::steady_clock;

  std::size_t total_, every_;
  std::vector<std::string> logged_as_;     ///< of each term
  std::vector<std::string> temperatures_;  ///< keys of those that train
  const RunContext& context_;
  Clock::time_point start_ = Clock::now();
  std::size_t spectra_ = 0;
  std::deque<double> recent_;
  std::string lines_;
};

}  // namespace specbridge
