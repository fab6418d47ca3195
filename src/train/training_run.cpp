#include "train/training_run.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "bridge/model_files.h"
#include "specbridge/error.h"
#include "train/random_streams.h"
#include "train/ranks/meeting_place.h"

namespace specbridge {
namespace {

constexpr std::size_t kLostStepsAllowed = 3;
constexpr double kClipEpsilon = 1e-6;  // keeps a zero gradient from dividing by zero
}  // namespace

TrainingRun::TrainingRun(Learner& learner, const TrainSettings& settings, Precision precision,
                         const RunContext& context, Communicator* ranks)
    : learner_(learner),
      settings_(settings),
      precision_(precision),
      context_(context),
      ranks_(ranks == nullptr ? alone_ : *ranks),
      parameters_(learner.own_parameters(), learner.encoder_parameters(), learner.device()),
      total_(learner.steps()),
      log_(total_, context) {}

StepRecord TrainingRun::take_step(std::size_t step) {
  StepRecord record;
  record.step = step + 1;
  record.learning_rate = learner_.learning_rate(step);
  parameters_.clear_gradient();
  // Anew at every step: a run that goes on draws what it would have drawn.
  if (settings_.dropout > 0) {
    at::manual_seed(keyed_random(context_.seed, Purpose::dropout, step, ranks_.rank()).next());
  }
  learner_.differentiate(record, parameters_);
  record.skipped = !std::isfinite(record.loss) || !std::isfinite(record.gradient_norm);
  update(record);
  return record;
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
  const ValidationFigures figures = learner_.measure();
  log_.add(step, figures);
  if (!best_ || learner_.merit(figures) > learner_.merit(best_->figures)) {
    best_ = BestValidation{figures, step, parameters_.snapshot()};
    without_gain_ = 0;
  } else {
    ++without_gain_;
  }
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
  return ranks_.alone() ? context_.interrupted() : learner_.one_is_interrupted();
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
  auto steps = learner_.validation_steps();
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
  learner_.begin();
  take_what_is_left(dir, keeping);
  return keep(step_, false);
}

TrainingResult TrainingRun::keep(std::size_t steps, bool interrupted) {
  TrainingResult result;
  result.steps = result.best_step = steps;
  result.final_loss = log_.recent_loss();
  result.interrupted = interrupted;
  result.stopped_early = !interrupted && steps < total_;
  result.trained_parameters = static_cast<std::size_t>(parameters_.count());
  learner_.describe(result);
  // An interrupted run keeps its state, not the best of a schedule that never ended.
  if (best_ && (!interrupted || best_->step == steps)) {
    parameters_.restore(best_->weights);
    result.best = best_->figures;
    result.best_step = best_->step;
  }
  return result;
}

void TrainingRun::write(const std::filesystem::path& dir) const {
  log_.write(dir / kMetricsFile);
  learner_.write(dir, parameters_);  // last: where it writes a manifest, it lists all there is
}

}  // namespace specbridge
