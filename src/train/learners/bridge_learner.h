#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <vector>

#include "specbridge/precision.h"
#include "specbridge/train_settings.h"
#include "train/batch_plan.h"
#include "train/learners/learner.h"
#include "train/objective.h"
#include "train/ranks/communicator.h"
#include "train/replica.h"
#include "train/trainer.h"

namespace specbridge {

/// Vectors of spectra, brought near to those of their molecules or of their replicates. The
/// arguments must outlive the object.
class BridgeLearner final : public Learner {
 public:
  BridgeLearner(const TrainingInput& input, const TrainSettings& settings, Precision precision,
                const RunContext& context);

  c10::Device device() const override { return replica_.device(); }
  std::vector<Parameter> own_parameters() const override;
  std::vector<Parameter> encoder_parameters() const override;
  std::size_t steps() const override { return total_; }
  double learning_rate(std::size_t step) const override;
  std::vector<std::size_t> validation_steps() const override;
  void begin() override;
  void differentiate(StepRecord& record, const FlatParameters& parameters) override;
  bool one_is_interrupted() const override { return one_interrupted_; }
  ValidationFigures measure() override;
  std::pair<double, double> merit(const ValidationFigures& figures) const override;
  void describe(TrainingResult& result) const override;
  void write(const std::filesystem::path& dir, const FlatParameters& parameters) const override;

 private:
  BatchView view_of(const Batch& batch, std::size_t step) const;
  at::Tensor vectors_of(const Batch& batch, std::size_t epoch, BatchView& view);

  const TrainingInput& input_;
  const TrainSettings& settings_;
  Precision precision_;
  const RunContext& context_;
  Communicator alone_;
  Communicator& ranks_;
  bool one_interrupted_ = false;
  Replica replica_;
  Objective objective_;
  at::Tensor targets_, products_;  ///< float32, and in the type of matrix products
  at::Tensor decoy_vectors_;       ///< of TrainingInput::decoys, where a term asks for them
  StepBatches batches_;
  std::size_t total_;
};

}  // namespace specbridge
