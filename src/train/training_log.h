#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/training_result.h"

namespace specbridge {

/// Figures of one training step.
struct StepRecord {
  std::size_t step = 0;   ///< finished steps, this one included
  std::size_t epoch = 0;  ///< 0-based
  std::size_t spectra = 0;
  double loss = 0;
  std::vector<std::pair<std::string, double>> figures = {};  ///< what else is told of the loss
  double learning_rate = 0, gradient_norm = 0;               ///< before clipping
  bool skipped = false;  ///< the loss or the gradient was not finite
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
  TrainingLog(std::size_t total_steps, const RunContext& context);

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
  const RunContext& context_;
  Clock::time_point start_ = Clock::now();
  std::size_t spectra_ = 0;
  std::deque<double> recent_;
  std::string lines_;
};

}  // namespace specbridge
