#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "encode/trainable_encoder.h"
#include "specbridge/context.h"
#include "specbridge/precision.h"
#include "specbridge/train_settings.h"
#include "train/batch_plan.h"
#include "train/learners/learner.h"
#include "train/learners/masked_text.h"
#include "train/learners/masked_token_training.h"

namespace specbridge {

/// An encoder that reads spectra as text and learns how such texts go on: all of it tells hidden
/// tokens, by a matrix that is thrown away in the end. The arguments must outlive the object.
class MaskedTokenLearner final : public Learner {
 public:
  /// @throws ArtifactError for an encoder that cannot be loaded, std::invalid_argument for one that
  /// reads peaks
  MaskedTokenLearner(const MaskedTokenTraining& input, const TrainSettings& settings,
                     Precision precision, const RunContext& context);

  c10::Device device() const override { return encoder_->device(); }
  std::vector<Parameter> own_parameters() const override;
  std::vector<Parameter> encoder_parameters() const override;
  std::size_t steps() const override { return total_; }
  double learning_rate(std::size_t step) const override;
  std::vector<std::size_t> validation_steps() const override;
  void differentiate(StepRecord& record, const FlatParameters& parameters) override;
  ValidationFigures measure() override;
  std::pair<double, double> merit(const ValidationFigures& figures) const override;
  void describe(TrainingResult& result) const override;
  void write(const std::filesystem::path& dir, const FlatParameters& parameters) const override;

 private:
  std::int64_t all_blocks() const;
  MaskedTexts masked_texts(std::span<const PeakRows> spectra, std::span<const Draw> draws,
                           std::size_t epoch) const;
  at::Tensor cost(const MaskedTexts& texts) const;

  const MaskedTokenTraining& input_;
  const TrainSettings& settings_;
  Precision precision_;
  const RunContext& context_;
  std::unique_ptr<TrainableEncoder> encoder_;
  TextTokens tokens_;
  at::Tensor prediction_;  ///< [ids, dim]
  StepBatches batches_;
  std::size_t total_;
};

}  // namespace specbridge
