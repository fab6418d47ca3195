#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "decode/decoder_network.h"
#include "specbridge/context.h"
#include "specbridge/precision.h"
#include "specbridge/train_settings.h"
#include "train/batch_plan.h"
#include "train/learners/learner.h"
#include "train/learners/text_batch.h"
#include "train/learners/text_training.h"
#include "train/ranks/communicator.h"

namespace specbridge {

/// A decoder that learns to write molecules, word by word: first those of a library by themselves,
/// then those of spectra, of which it is told. Both stages are one training, each with a schedule
/// of learning rates of its own; validations are those of the second. The arguments must outlive
/// the object.
class TextLearner final : public Learner {
 public:
  TextLearner(const TextTraining& input, const TrainSettings& settings, Precision precision,
              const RunContext& context);

  c10::Device device() const override { return network_.device(); }
  std::vector<Parameter> own_parameters() const override;
  std::size_t steps() const override { return first_ + second_; }
  double learning_rate(std::size_t step) const override;
  std::vector<std::size_t> validation_steps() const override;
  void differentiate(StepRecord& record, const FlatParameters& parameters) override;
  bool one_is_interrupted() const override { return one_interrupted_; }
  ValidationFigures measure() override;
  std::pair<double, double> merit(const ValidationFigures& figures) const override;
  void describe(TrainingResult& result) const override;
  void write(const std::filesystem::path& dir, const FlatParameters& parameters) const override;

 private:
  std::vector<Token> spelled(const std::string& smiles, double respelled, Random random) const;
  ToldText language_text(const Draw& draw, std::size_t epoch) const;
  ToldText spectrum_text(const Draw& draw, std::size_t epoch) const;
  double differentiate_share(std::span<const ToldText> texts, const FlatParameters& parameters);

  const TextTraining& input_;
  const TrainSettings& settings_;
  Precision precision_;
  const RunContext& context_;
  Communicator alone_;
  Communicator& ranks_;
  bool one_interrupted_ = false;
  DecoderNetwork network_;
  StepBatches language_, spectra_;      ///< of the stages
  std::size_t first_ = 0, second_ = 0;  ///< steps of the stages
};

}  // namespace specbridge
