#include "train/training_run.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "bridge/model_files.h"
#include "nn/tensors.h"
#include "nn/torch_runtime.h"
#include "specbridge/bridge_shape.h"
#include "specbridge/error.h"
#include "specbridge/precision.h"
#include "specbridge/train_settings.h"
#include "specbridge/training_result.h"
#include "train/random_streams.h"
#include "train/ranks/batch_share.h"
#include "train/ranks/meeting_place.h"
#include "train/schedule.h"
#include "train/terms/decoy_table.h"

namespace specbridge {
namespace {

constexpr std::size_t kLostStepsAllowed = 3;
constexpr double kClipEpsilon = 1e-6;  // keeps a zero gradient from dividing by zero
constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

/// Memory for the states of the frozen part. On a GPU they are kept there: enough for the full
/// MassSpecGym set with the full encoder. A run that sees no spectrum twice keeps none.
std::uint64_t cache_budget(const c10::Device& device, std::size_t draws, std::size_t examples) {
  if (draws <= examples) return 0;
  return device.is_cuda() ? 24 * kGiB : 8 * kGiB;
}

std::vector<Parameter> joined(std::vector<Parameter> some, const std::vector<Parameter>& others) {
  some.insert(some.end(), others.begin(), others.end());
  return some;
}

const TrainingInput& checked(const TrainingInput& input) {
  if (input.examples.empty()) {
    throw InputError("training: found no spectrum to train on; expected spectra with structures");
  }
  for (const auto& example : input.examples) {
    if (example.molecule >= input.targets.rows()) {
      throw std::invalid_argument("train_model: an example names a molecule without a target");
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
      ranks_(input.ranks == nullptr ? alone_ : *input.ranks),
      replica_(input, settings, precision, context),
      objective_(settings, replica_.device()),
      parameters_(joined(replica_.own_parameters(), objective_.parameters()),
                  replica_.encoder_parameters(), replica_.device()),
      targets_(to_tensor(input.targets.view()).to(replica_.device())),
      products_(precision == Precision::bfloat16 ? targets_.to(at::kBFloat16) : targets_),
      decoy_vectors_(settings.decoy_weight > 0
                         ? to_tensor(input.decoys.vectors.view()).to(replica_.device())
                         : at::Tensor()),
      plan_(input.examples, settings, context.seed),
      total_(total_steps(settings, plan_.batches_per_epoch())),
      log_(total_, objective_.terms(), context) {
  replica_.prepare_for(ReplicaUse::training);
}

const Batch& TrainingRun::batch_of(std::size_t step) {
  const std::size_t epoch = step / plan_.batches_per_epoch();
  if (epoch_ != epoch) {
    epoch_batches_ = plan_.epoch(epoch);
    for (Batch& batch : epoch_batches_) deal(batch, ranks_.count());
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
  parameters_.clear_gradient();
  // Anew at every step: a run that goes on draws what it would have drawn.
  if (settings_.dropout > 0) {
    at::manual_seed(keyed_random(context_.seed, Purpose::dropout, step, ranks_.rank()).next());
  }
  differentiate(batch, record);
  update(record);
  return record;
}

BatchView TrainingRun::view_of(const Batch& batch, std::size_t step) const {
  std::vector<std::int64_t> molecules;
  std::vector<float> precursors, modes;
  for (const Draw& draw : batch) {
    const Example& example = input_.examples[draw.example];
    molecules.push_back(static_cast<std::int64_t>(example.molecule));
    precursors.push_back(static_cast<float>(example.precursor_mz()));
    modes.push_back(static_cast<float>(example.ion_mode));
  }
  const auto device = replica_.device();
  BatchView view{{},
                 at::tensor(molecules, at::kLong).to(device),
                 targets_,
                 products_,
                 at::tensor(precursors, at::kFloat).to(device),
                 at::tensor(modes, at::kFloat).to(device)};
  if (decoy_vectors_.defined()) {
    const double progress = static_cast<double>(step) / static_cast<double>(total_);
    view.decoys = chosen_decoys(input_.decoys, molecules, settings_.decoys, progress).to(device);
    view.decoy_vectors = decoy_vectors_;
  }
  return view;
}

/// Vectors of a batch; of several processes each computes its share.
at::Tensor TrainingRun::vectors_of(const Batch& batch, std::size_t epoch, BatchView& view) {
  view.share = share_of(batch.size(), ranks_);
  if (!view.share) return replica_.vectors(batch, epoch);
  const auto begin = batch.begin() + view.share->begin;
  const at::Tensor own =
      view.share->size > 0
          ? replica_.vectors({begin, begin + view.share->size}, epoch)
          : at::zeros({0, static_cast<std::int64_t>(replica_.dim())}, targets_.options());
  return gathered(own, *view.share, batch.size(), objective_, ranks_);
}

void TrainingRun::differentiate(const Batch& batch, StepRecord& record) {
  BatchView view = view_of(batch, record.step);
  const at::Tensor vectors = vectors_of(batch, record.epoch, view);
  BatchLoss loss = objective_.of(vectors, std::move(view));
  if (loss.total.requires_grad()) loss.total.backward();
  if (!ranks_.alone()) {
    one_interrupted_ = join_shares(loss, objective_, parameters_, ranks_, context_.interrupted());
  }
  const at::Tensor orthogonality =
      add_orthogonality(replica_.map_weight(), settings_.orthogonality_weight, precision_);
  // One transfer from the device for all figures.
  std::vector<at::Tensor> scalars = {loss.total.detach(), orthogonality,
                                     parameters_.gradient_norm()};
  scalars.insert(scalars.end(), loss.values.begin(), loss.values.end());
  scalars.insert(scalars.end(), loss.temperatures.begin(), loss.temperatures.end());
  const at::Tensor figures = at::stack(scalars).to(at::kCPU, at::kDouble);
  const double* values = figures.const_data_ptr<double>();
  record.loss = values[0] + settings_.orthogonality_weight * values[1];
  record.orthogonality = values[1];
  record.gradient_norm = values[2];
  const double* temperatures = values + 3 + loss.values.size();
  record.terms.assign(values + 3, temperatures);
  record.temperatures.assign(temperatures, values + scalars.size());
  record.skipped = !std::isfinite(record.loss) || !std::isfinite(record.gradient_norm);
}

void TrainingRun::update(StepRecord& record) {
  if (record.skipped) return;
  if (settings_.clip_norm > 0 && record.gradient_norm > settings_.clip_norm) {
    parameters_.scale_gradient(settings_.clip_norm / (record.gradient_norm + kClipEpsilon));
  }
  parameters_.step({record.learning_rate,
                    record.learning_rate * settings_.encoder_learning_rate_factor, settings_.beta1,
                    settings_.beta2, settings_.weight_decay});
}

void TrainingRun::stop_when_lost(const StepRecord& record) {
  lost_in_a_row_ = record.skipped ? lost_in_a_row_ + 1 : 0;
  if (lost_in_a_row_ < kLostStepsAllowed) return;
  throw TrainingLost(
      fmt::format("training: the loss was not finite {} in a row (step {}); lower "
                  "learning_rate (now {}){}",
                  counted(lost_in_a_row_, "step"), record.step, shortest(settings_.learning_rate),
                  precision_ == Precision::bfloat16 ? " or train in float32" : ""));
}

void TrainingRun::validate(std::size_t step) {
  if (ranks_.leads()) measure(step);
  validated_step_ = step;
  without_gain_ =
      static_cast<std::size_t>(ranks_.told({static_cast<std::int64_t>(without_gain_)}).front());
}

void TrainingRun::measure(std::size_t step) {
  replica_.prepare_for(ReplicaUse::validation);
  const Matrix vectors = replica_.embed(input_.validation);
  const ValidationFigures figures = input_.validate(vectors);
  log_.add(step, figures);
  const auto merit = [&](const ValidationFigures& of) {
    if (settings_.keep_best_by == "mrr") return std::pair(of.mrr, of.recall_at_5);
    const bool first = settings_.keep_best_by == "recall@1";
    return std::pair(first ? of.recall_at_1 : of.recall_at_5, of.mrr);
  };
  if (!best_ || merit(figures) > merit(best_->figures)) {
    best_ = BestValidation{figures, step, parameters_.snapshot()};
    without_gain_ = 0;
  } else {
    ++without_gain_;
  }
  replica_.prepare_for(ReplicaUse::training);
}

bool TrainingRun::ends_early() const {
  return settings_.patience > 0 && without_gain_ >= settings_.patience;
}

void TrainingRun::go_on_from(const std::filesystem::path& file) {
  Checkpoint state = read_checkpoint(file);
  if (state.seed != context_.seed || state.total_steps != total_ || state.steps > total_ ||
      state.optimizer.values.numel() != parameters_.size()) {
    throw ArtifactError(fmt::format("{}: is of another training", file.string()));
  }
  parameters_.restore(state.optimizer);
  log_.go_on(std::move(state.log));
  validated_step_ = state.validated_step;
  lost_in_a_row_ = state.lost_in_a_row;
  without_gain_ = state.without_gain;
  best_ = std::move(state.best);
  step_ = kept_step_ = state.steps;
}

/// Goes on from the newest state that is whole.
void TrainingRun::take_up(const Keeping& keeping) {
  if (keeping.place == nullptr) return;
  const auto files = keeping.place->newest_first();
  for (const auto& file : files) {
    try {
      go_on_from(file);
      context_.info(
          fmt::format("going on after {} of {}", with_thousands(step_), counted(total_, "step")));
      return;
    } catch (const ArtifactError& error) {
      context_.warning(fmt::format("{}; going on from what was kept before it", error.what()));
    }
  }
}

/// The others begin where rank 0 does, with what it has.
void TrainingRun::begin_together() {
  if (ranks_.alone()) return;
  OptimizerState state = parameters_.state();
  const auto of = [](std::size_t number) { return static_cast<std::int64_t>(number); };
  const auto told = ranks_.told({of(step_), of(validated_step_), of(lost_in_a_row_),
                                 of(without_gain_), static_cast<std::int64_t>(state.updates)});
  step_ = static_cast<std::size_t>(told[0]);
  validated_step_ = static_cast<std::size_t>(told[1]);
  lost_in_a_row_ = static_cast<std::size_t>(told[2]);
  without_gain_ = static_cast<std::size_t>(told[3]);
  state.updates = static_cast<double>(told[4]);
  for (const at::Tensor& tensor : {state.values, state.first_moment, state.second_moment}) {
    ranks_.broadcast(tensor);
  }
  parameters_.restore(state);
}

/// Of several processes all end at one step.
bool TrainingRun::is_interrupted() const {
  return ranks_.alone() ? context_.interrupted() : one_interrupted_;
}

bool TrainingRun::is_due(const Keeping& keeping) const {
  if (keeping.every_steps > 0 && step_ % keeping.every_steps == 0) return true;
  const double minutes = std::chrono::duration<double>(Clock::now() - kept_at_).count() / 60;
  return keeping.every_minutes > 0 && minutes >= keeping.every_minutes;
}

void TrainingRun::keep_state(const std::filesystem::path& dir, const Keeping& keeping) {
  if (keeping.place == nullptr || kept_step_ == step_) return;
  write_checkpoint(keeping.place->file_after(step_),
                   {context_.seed, step_, total_, lost_in_a_row_, validated_step_, without_gain_,
                    parameters_.state(), best_, log_.so_far()});
  keeping.place->written(step_);
  log_.show(dir / kMetricsFile);
  kept_step_ = step_;
  kept_at_ = Clock::now();
}

/// Steps that a validation still has to follow.
std::vector<std::size_t> TrainingRun::validations_left() const {
  const bool validates = !input_.validation.empty() && input_.validate;
  // A control has learned nothing: what it ends at counts, not the best step on the way.
  const std::size_t most = settings_.labels == "shuffled" ? 1 : settings_.validations;
  auto steps = validation_steps(validates ? std::min(settings_.validations, most) : 0, total_);
  std::erase_if(steps, [this](std::size_t step) { return step <= validated_step_; });
  return steps;
}

std::vector<std::size_t> TrainingRun::validations_of_all() {
  const auto own = validations_left();
  const auto told = ranks_.told({own.begin(), own.end()});
  return {told.begin(), told.end()};
}

/// The next step, or the validation that is due before it.
void TrainingRun::advance(std::vector<std::size_t>& validations) {
  if (validations.empty() || validations.front() != step_) {
    const StepRecord record = take_step(step_);
    ++step_;
    log_.add(record);
    stop_when_lost(record);
    return;
  }
  validate(step_);
  validations.erase(validations.begin());
  if (!ends_early() || step_ == total_) return;
  context_.info(fmt::format("stopped after {} of {}: no better {} in {}", with_thousands(step_),
                            counted(total_, "step"), settings_.keep_best_by,
                            counted(without_gain_, "validation")));
}

void TrainingRun::take_what_is_left(const std::filesystem::path& dir, const Keeping& keeping) {
  auto validations = validations_of_all();
  while (!ends_early() && (step_ < total_ || !validations.empty())) {
    const bool interrupted = is_interrupted();
    if (interrupted || is_due(keeping)) keep_state(dir, keeping);
    if (interrupted) throw Interrupted("interrupted; nothing was published");
    try {
      advance(validations);
    } catch (const Interrupted&) {  // within a validation, which changes nothing
      keep_state(dir, keeping);
      throw;
    } catch (const RankLost&) {  // within a step, which then was none
      keep_state(dir, keeping);
      throw;
    }
  }
}

TrainingResult TrainingRun::run(const std::filesystem::path& dir, const Keeping& keeping) {
  take_up(keeping);
  if (keeping.steps_left == StepsLeft::leave) {
    if (step_ == 0) throw ArtifactError("training: no step is kept that a model could be made of");
    return keep(step_, !ends_early() && step_ < total_);
  }
  begin_together();
  replica_.keep_frozen_states(
      cache_budget(replica_.device(), total_ * settings_.batch, input_.examples.size()));
  take_what_is_left(dir, keeping);
  return keep(step_, false);
}

TrainingResult TrainingRun::keep(std::size_t steps, bool interrupted) {
  TrainingResult result;
  result.steps = result.best_step = steps;
  result.final_loss = log_.recent_loss();
  result.interrupted = interrupted;
  result.stopped_early = !interrupted && steps < total_;
  result.trained_parameters =
      static_cast<std::size_t>(parameters_.count()) - objective_.parameters().size();
  result.trained_blocks = replica_.trained_blocks();
  result.dim = replica_.dim();
  // An interrupted run keeps its state, not the best of a schedule that never ended.
  if (best_ && (!interrupted || best_->step == steps)) {
    parameters_.restore(best_->weights);
    result.best = best_->figures;
    result.best_step = best_->step;
  }
  return result;
}

void TrainingRun::write(const std::filesystem::path& dir) const {
  std::vector<Parameter> of_model = parameters_.all();
  std::erase_if(of_model, [](const Parameter& p) { return p.name.starts_with(kObjectivePrefix); });
  write_trained(dir / kTrainedFile, of_model);
  if (!learns_similarity(settings_)) {
    write_vector(dir / kMeanTargetFile, mean_target(input_, settings_));
  }
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
