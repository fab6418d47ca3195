#include "train/training_run.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "bridge/embedding.h"
#include "bridge/model_files.h"
#include "nn/tensors.h"
#include "nn/torch_runtime.h"
#include "specbridge/bridge_shape.h"
#include "specbridge/error.h"
#include "specbridge/train_settings.h"
#include "specbridge/training_result.h"
#include "train/loss.h"
#include "train/random_streams.h"
#include "train/schedule.h"

namespace specbridge {
namespace {

constexpr std::size_t kLostStepsAllowed = 3;
constexpr std::size_t kValidationInFlight = 256;
constexpr double kClipEpsilon = 1e-6;  // keeps a zero gradient from dividing by zero
constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

/// Memory for the states of the frozen part. On a GPU they are kept there: enough for the full
/// MassSpecGym set with the full encoder. A run that sees no spectrum twice keeps none.
std::uint64_t cache_budget(const c10::Device& device, std::size_t draws, std::size_t examples) {
  if (draws <= examples) return 0;
  return device.is_cuda() ? 24 * kGiB : 8 * kGiB;
}

std::size_t resolved_blocks(const std::string& text, const ScriptedSpectrumEncoder& encoder,
                            const std::filesystem::path& dir) {
  const std::size_t blocks = encoder.info().blocks;
  if (text == "all") return blocks + 1;
  const auto wanted = static_cast<std::size_t>(parse_integer(text).value());
  if (wanted <= blocks) return wanted;
  throw UsageError(
      fmt::format("trainable_blocks: found {}, but {} has {} blocks; expected 0 to {}, or all",
                  wanted, dir.string(), blocks, blocks));
}

const TrainingInput& checked(const TrainingInput& input) {
  if (input.examples.empty()) {
    throw InputError("training: found no spectrum to train on; expected spectra with structures");
  }
  for (const auto& example : input.examples) {
    if (example.molecule >= input.targets.rows()) {
      throw std::invalid_argument("train_bridge: an example names a molecule without a target");
    }
  }
  return input;
}

}  // namespace

TrainingRun::TrainingRun(const TrainingInput& input, const TrainSettings& settings,
                         Precision precision, const RunContext& context)
    : input_(checked(input)),
      settings_(settings),
      precision_(precision),
      context_(context),
      encoder_(
          ScriptedSpectrumEncoder::load(input.spectrum_encoder, resolve_device(context.device))),
      trained_blocks_(resolved_blocks(settings.trainable_blocks, encoder_, input.spectrum_encoder)),
      projection_(make_projection_and_parameters()),
      targets_(to_tensor(input.targets.view()).to(encoder_.device())),
      products_(precision == Precision::bfloat16 ? targets_.to(at::kBFloat16) : targets_),
      plan_(input.examples, settings, context.seed),
      total_(total_steps(settings, plan_.batches_per_epoch())),
      log_(total_, context) {
  prepare_encoder(true);
  if (settings.dropout > 0) {
    at::manual_seed(keyed_random(context.seed, Purpose::dropout, 0).next());
  }
}

Projection TrainingRun::make_projection_and_parameters() {
  const c10::Device device = encoder_.device();
  const ProjectionShape shape{settings_.shape, encoder_.info().dim, input_.targets.cols()};
  std::vector<Parameter> own, encoder;
  Projection projection = make_projection(shape, [&](const TensorSpec& spec) {
    own.push_back({spec.name, initial_value(spec, context_.seed).to(device)});
    return own.back().tensor;
  });
  for (const auto& parameter :
       encoder_.parameters_of_last(static_cast<std::int64_t>(trained_blocks_))) {
    encoder.push_back({kEncoderPrefix + parameter.name, parameter.tensor});
  }
  parameters_.emplace(std::move(own), std::move(encoder), device);
  return projection;
}

void TrainingRun::prepare_encoder(bool training) {
  encoder_.set_bf16(training && precision_ == Precision::bfloat16);
  encoder_.set_dropout(training ? settings_.dropout : 0);
  encoder_.set_training(training && settings_.dropout > 0);
}

const Batch& TrainingRun::batch_of(std::size_t step) {
  const std::size_t epoch = step / plan_.batches_per_epoch();
  if (epoch_ != epoch) {
    epoch_batches_ = plan_.epoch(epoch);
    epoch_ = epoch;
  }
  return epoch_batches_[step % plan_.batches_per_epoch()];
}

StepRecord TrainingRun::take_step(std::size_t step) {
  StepRecord record;
  const Batch& batch = batch_of(step);
  record.step = step + 1;
  record.epoch = *epoch_;
  record.spectra = batch.size();
  record.learning_rate = learning_rate_at(settings_, step, total_);
  parameters_->clear_gradient();
  differentiate(batch, record);
  update(record);
  return record;
}

void TrainingRun::differentiate(const Batch& batch, StepRecord& record) {
  std::vector<std::int64_t> molecules;
  for (const Draw& draw : batch) {
    molecules.push_back(static_cast<std::int64_t>(input_.examples[draw.example].molecule));
  }
  const at::Tensor features = encoder_.suffix(frozen_->state(batch, record.epoch),
                                              static_cast<std::int64_t>(trained_blocks_));
  const BatchLoss loss = batch_loss(project(projection_, features, precision_),
                                    at::tensor(molecules, at::kLong).to(encoder_.device()),
                                    targets_, products_, settings_);
  loss.total.backward();
  const at::Tensor orthogonality =
      add_orthogonality(projection_.map.weight, settings_.orthogonality_weight, precision_);
  // One transfer from the device for all four figures.
  const at::Tensor figures =
      at::stack({loss.total.detach(), loss.distance, orthogonality, parameters_->gradient_norm()})
          .to(at::kCPU, at::kDouble);
  const double* values = figures.const_data_ptr<double>();
  record.loss = values[0] + settings_.orthogonality_weight * values[2];
  record.distance = values[1];
  record.orthogonality = values[2];
  record.gradient_norm = values[3];
  record.skipped = !std::isfinite(record.loss) || !std::isfinite(record.gradient_norm);
}

void TrainingRun::update(StepRecord& record) {
  if (record.skipped) return;
  if (settings_.clip_norm > 0 && record.gradient_norm > settings_.clip_norm) {
    parameters_->scale_gradient(settings_.clip_norm / (record.gradient_norm + kClipEpsilon));
  }
  parameters_->step({record.learning_rate,
                     record.learning_rate * settings_.encoder_learning_rate_factor, settings_.beta1,
                     settings_.beta2, settings_.weight_decay});
}

void TrainingRun::stop_when_lost(const StepRecord& record) {
  lost_in_a_row_ = record.skipped ? lost_in_a_row_ + 1 : 0;
  if (lost_in_a_row_ < kLostStepsAllowed) return;
  throw ResourceError(
      fmt::format("training: the loss was not finite {} steps in a row (step {}); lower "
                  "learning_rate (now {}){}",
                  lost_in_a_row_, record.step, shortest(settings_.learning_rate),
                  precision_ == Precision::bfloat16 ? " or train in float32" : ""));
}

void TrainingRun::validate(std::size_t step) {
  prepare_encoder(false);
  const Matrix vectors = embed_spectra(encoder_, projection_, input_.validation, context_.threads,
                                       kValidationInFlight);
  const ValidationFigures figures = input_.validate(vectors);
  log_.add(step, figures);
  const auto better = [](const ValidationFigures& a, const ValidationFigures& b) {
    return a.recall_at_5 != b.recall_at_5 ? a.recall_at_5 > b.recall_at_5 : a.mrr > b.mrr;
  };
  if (!best_ || better(figures, best_->figures)) {
    best_ = Best{figures, step, parameters_->snapshot()};
  }
  prepare_encoder(true);
}

TrainingResult TrainingRun::run() {
  frozen_.emplace(
      encoder_, trained_blocks_, input_.examples, settings_, context_,
      cache_budget(encoder_.device(), total_ * settings_.batch, input_.examples.size()));
  const bool validates = !input_.validation.empty() && input_.validate;
  auto due = validation_steps(validates ? settings_.validations : 0, total_);
  std::size_t step = 0;
  while (step < total_ && !context_.interrupted()) {
    const StepRecord record = take_step(step++);
    log_.add(record);
    stop_when_lost(record);
    if (!due.empty() && due.front() == step) {
      due.erase(due.begin());
      validate(step);
    }
  }
  if (step == 0) context_.check_interrupt();  // random weights are no model
  return keep(step, step < total_);
}

TrainingResult TrainingRun::keep(std::size_t steps, bool interrupted) {
  TrainingResult result;
  result.steps = result.best_step = steps;
  result.final_loss = log_.recent_loss();
  result.interrupted = interrupted;
  result.trained_parameters = static_cast<std::size_t>(parameters_->count());
  result.trained_blocks = trained_blocks_;
  // An interrupted run keeps its state, not the best of a schedule that never ended.
  if (best_ && (!interrupted || best_->step == steps)) {
    parameters_->restore(best_->weights);
    result.best = best_->figures;
    result.best_step = best_->step;
  }
  return result;
}

void TrainingRun::write(const std::filesystem::path& dir) const {
  write_trained(dir / kTrainedFile, parameters_->all());
  write_vector(dir / kMeanTargetFile, mean_target(input_, settings_));
  log_.write(dir / kMetricsFile);
}

std::vector<float> mean_target(const TrainingInput& input, const TrainSettings& settings) {
  const auto weights = sampling_weights(input.examples, settings.molecule_weight_power);
  std::vector<double> sum(input.targets.cols());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto target = input.targets.row(input.examples[i].molecule);
    for (std::size_t c = 0; c < sum.size(); ++c) sum[c] += weights[i] * target[c];
  }
  std::vector<float> mean(sum.begin(), sum.end());
  normalize(mean);
  return mean;
}

}  // namespace specbridge
