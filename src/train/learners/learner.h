#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstddef>
#include <filesystem>
#include <utility>
#include <vector>

#include "bridge/model_files.h"
#include "specbridge/training_result.h"
#include "train/parameters.h"
#include "train/training_log.h"

namespace specbridge {

/// What trains: a network, what it is shown and what that costs. It knows nothing of optimiser, log
/// and kept states, which TrainingRun has for all of them.
class Learner {
 public:
  virtual ~Learner() = default;
  virtual c10::Device device() const = 0;
  /// What trains, of its own and of an encoder that it goes on from.
  virtual std::vector<Parameter> own_parameters() const = 0;
  virtual std::vector<Parameter> encoder_parameters() const { return {}; }

  /// Steps of the whole training.
  virtual std::size_t steps() const = 0;
  virtual double learning_rate(std::size_t step) const = 0;
  /// Numbers of finished steps after which to validate, ascending.
  virtual std::vector<std::size_t> validation_steps() const = 0;

  /// Called once, before the first step that is taken.
  virtual void begin() {}
  /// Adds the gradients of a step's loss to those of the parameters, and tells what it came to.
  /// @param record with the number of the step; its loss, figures and norm are filled in
  virtual void differentiate(StepRecord& record, const FlatParameters& parameters) = 0;
  /// Whether a process was interrupted, as found in the last step; where several train together.
  virtual bool one_is_interrupted() const { return false; }

  /// Measures the network as it is.
  virtual ValidationFigures measure() = 0;
  /// What makes figures better than others: the first number, of equal ones the second.
  virtual std::pair<double, double> merit(const ValidationFigures& figures) const = 0;

  /// Completes what is told of the training. @param result with its steps
  virtual void describe(TrainingResult& result) const = 0;
  /// Writes what was trained.
  virtual void write(const std::filesystem::path& dir, const FlatParameters& parameters) const = 0;
};

/// Adds the gradients of a loss to those of the parameters, and notes it and their norm in the
/// record. @param loss a scalar of any device
void add_gradients(const at::Tensor& loss, const FlatParameters& parameters, StepRecord& record);

}  // namespace specbridge
