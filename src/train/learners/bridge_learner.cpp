#include "train/learners/bridge_learner.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "bridge/model_files.h"
#include "nn/tensors.h"
#include "specbridge/error.h"
#include "train/ranks/batch_share.h"
#include "train/schedule.h"
#include "train/terms/decoy_table.h"

namespace specbridge {
namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

/// Memory for the states of the frozen part. On a GPU they are kept there: enough for the full
/// MassSpecGym set with the full encoder. A run that sees no spectrum twice keeps none.
std::uint64_t cache_budget(const c10::Device& device, std::size_t draws, std::size_t examples) {
  if (draws <= examples) return 0;
  return device.is_cuda() ? 24 * kGiB : 8 * kGiB;
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

/// What a step's log says of the loss, in the order of the scalars behind total and norm.
std::vector<std::string> figure_names(const Objective& objective) {
  std::vector<std::string> names = {"orthogonality_error"}, temperatures;
  for (const Term& term : objective.terms()) {
    names.push_back(term.logged_as);
    if (term.log_temperature.defined()) temperatures.push_back(term.logged_as + "_temperature");
  }
  names.insert(names.end(), temperatures.begin(), temperatures.end());
  return names;
}

/// Mean of the targets as training samples them, unit length.
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

}  // namespace

BridgeLearner::BridgeLearner(const TrainingInput& input, const TrainSettings& settings,
                             Precision precision, const RunContext& context)
    : input_(checked(input)),
      settings_(settings),
      precision_(precision),
      context_(context),
      ranks_(input.ranks == nullptr ? alone_ : *input.ranks),
      replica_(input, settings, precision, context),
      objective_(settings, replica_.device()),
      targets_(to_tensor(input.targets.view()).to(replica_.device())),
      products_(precision == Precision::bfloat16 ? targets_.to(at::kBFloat16) : targets_),
      decoy_vectors_(settings.decoy_weight > 0
                         ? to_tensor(input.decoys.vectors.view()).to(replica_.device())
                         : at::Tensor()),
      batches_(BatchPlan(input.examples, settings, context.seed), ranks_.count()),
      total_(total_steps(settings, batches_.per_epoch())) {
  replica_.prepare_for(ReplicaUse::training);
}

std::vector<Parameter> BridgeLearner::own_parameters() const {
  std::vector<Parameter> own = replica_.own_parameters();
  const std::vector<Parameter> of_loss = objective_.parameters();
  own.insert(own.end(), of_loss.begin(), of_loss.end());
  return own;
}

std::vector<Parameter> BridgeLearner::encoder_parameters() const {
  return replica_.encoder_parameters();
}

double BridgeLearner::learning_rate(std::size_t step) const {
  return learning_rate_at(settings_, step, total_);
}

std::vector<std::size_t> BridgeLearner::validation_steps() const {
  if (input_.validation.empty() || !input_.validate) return {};
  // A control has learned nothing: what it ends at counts, not the best step on the way.
  const std::size_t most = settings_.labels == "shuffled" ? 1 : settings_.validations;
  return specbridge::validation_steps(std::min(settings_.validations, most), total_);
}

void BridgeLearner::begin() {
  replica_.keep_frozen_states(
      cache_budget(replica_.device(), total_ * settings_.batch, input_.examples.size()));
}

BatchView BridgeLearner::view_of(const Batch& batch, std::size_t step) const {
  std::vector<std::int64_t> molecules;
  std::vector<float> precursors, modes;
  for (const Draw& draw : batch) {
    const Example& example = input_.examples[draw.example];
    molecules.push_back(static_cast<std::int64_t>(example.molecule));
    precursors.push_back(static_cast<float>(example.precursor_mz()));
    modes.push_back(static_cast<float>(example.ion_mode));
  }
  BatchView view{{},
                 at::tensor(molecules, at::kLong).to(device()),
                 targets_,
                 products_,
                 at::tensor(precursors, at::kFloat).to(device()),
                 at::tensor(modes, at::kFloat).to(device())};
  if (decoy_vectors_.defined()) {
    const double progress = static_cast<double>(step) / static_cast<double>(total_);
    view.decoys = chosen_decoys(input_.decoys, molecules, settings_.decoys, progress).to(device());
    view.decoy_vectors = decoy_vectors_;
  }
  return view;
}

/// Vectors of a batch; of several processes each computes its share.
at::Tensor BridgeLearner::vectors_of(const Batch& batch, std::size_t epoch, BatchView& view) {
  view.share = share_of(batch.size(), ranks_);
  Batch own = batch;
  if (view.share) {
    const auto begin = batch.begin() + view.share->begin;
    own.assign(begin, begin + view.share->size);
  }
  const auto dim = static_cast<std::int64_t>(replica_.dim());
  if (settings_.infonce_dual_weight > 0) {
    const auto copies = static_cast<std::int64_t>(settings_.infonce_dual_copies);
    view.copies = own.empty() ? at::zeros({0, copies, dim}, targets_.options())
                              : replica_.vectors_of_copies(own, epoch);
    if (view.share)
      view.copies = gathered(view.copies, *view.share, batch.size(), objective_, ranks_);
  }
  const at::Tensor vectors =
      own.empty() ? at::zeros({0, dim}, targets_.options()) : replica_.vectors(own, epoch);
  return view.share ? gathered(vectors, *view.share, batch.size(), objective_, ranks_) : vectors;
}

void BridgeLearner::differentiate(StepRecord& record, const FlatParameters& parameters) {
  const Batch& batch = batches_.at(record.step - 1);
  record.epoch = batches_.epoch_of(record.step - 1);
  record.spectra = batch.size();
  BatchView view = view_of(batch, record.step);
  const at::Tensor vectors = vectors_of(batch, record.epoch, view);
  BatchLoss loss = objective_.of(vectors, std::move(view));
  if (loss.total.requires_grad()) loss.total.backward();
  if (!ranks_.alone()) {
    one_interrupted_ = join_shares(loss, objective_, parameters, ranks_, context_.interrupted());
  }
  const at::Tensor orthogonality =
      add_orthogonality(replica_.map_weight(), settings_.orthogonality_weight, precision_);
  // One transfer from the device for all figures.
  std::vector<at::Tensor> scalars = {loss.total.detach(), parameters.gradient_norm(),
                                     orthogonality};
  scalars.insert(scalars.end(), loss.values.begin(), loss.values.end());
  scalars.insert(scalars.end(), loss.temperatures.begin(), loss.temperatures.end());
  const at::Tensor figures = at::stack(scalars).to(at::kCPU, at::kDouble);
  const double* values = figures.const_data_ptr<double>();
  record.loss = values[0] + settings_.orthogonality_weight * values[2];
  record.gradient_norm = values[1];
  const double* value = values + 2;
  for (auto& name : figure_names(objective_))
    record.figures.emplace_back(std::move(name), *value++);
}

ValidationFigures BridgeLearner::measure() {
  replica_.prepare_for(ReplicaUse::validation);
  const ValidationFigures figures = input_.validate(replica_.embed(input_.validation));
  replica_.prepare_for(ReplicaUse::training);
  return figures;
}

std::pair<double, double> BridgeLearner::merit(const ValidationFigures& of) const {
  if (settings_.keep_best_by == "mrr") return {of.mrr, of.recall_at_5};
  return {settings_.keep_best_by == "recall@1" ? of.recall_at_1 : of.recall_at_5, of.mrr};
}

void BridgeLearner::describe(TrainingResult& result) const {
  result.trained_parameters -= objective_.parameters().size();
  result.trained_blocks = replica_.trained_blocks();
  result.dim = replica_.dim();
}

void BridgeLearner::write(const std::filesystem::path& dir,
                          const FlatParameters& parameters) const {
  std::vector<Parameter> of_model = parameters.all();
  std::erase_if(of_model, [](const Parameter& p) { return p.name.starts_with(kObjectivePrefix); });
  write_trained(dir / kTrainedFile, of_model);
  if (!learns_similarity(settings_)) {
    write_vector(dir / kMeanTargetFile, mean_target(input_, settings_));
  }
}

}  // namespace specbridge
