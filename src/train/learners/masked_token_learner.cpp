#include "train/learners/masked_token_learner.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "nn/torch_runtime.h"
#include "specbridge/error.h"
#include "train/augmentation.h"
#include "train/random_streams.h"
#include "train/schedule.h"

namespace specbridge {
namespace {

/// The epoch whose masks validations have, the same in all of them.
constexpr std::size_t kValidationEpoch = std::numeric_limits<std::size_t>::max();

const MaskedTokenTraining& checked(const MaskedTokenTraining& input) {
  if (!input.spectra.empty()) return input;
  throw InputError("training: found no spectrum to train on; expected spectra with peaks");
}

TextTokens tokens_of(const TrainableEncoder& encoder) {
  if (const auto tokens = encoder.text_tokens()) return *tokens;
  throw std::invalid_argument("train_masked_tokens: the encoder reads peaks, not text");
}

std::vector<std::size_t> text_lengths(const TrainableEncoder& encoder,
                                      std::span<const PeakRows> spectra) {
  std::vector<std::size_t> lengths;
  for (const PeakRows& spectrum : spectra) lengths.push_back(encoder.length(spectrum));
  return lengths;
}

/// Small normal values, so that all tokens are alike at the start.
at::Tensor start_of_prediction(std::int64_t ids, std::int64_t dim, std::uint64_t seed) {
  at::Tensor values = at::empty({ids, dim}, at::kFloat);
  Random random = keyed_random(seed, Purpose::start, 0);
  const double sigma = 1 / std::sqrt(static_cast<double>(dim));
  auto* begin = values.mutable_data_ptr<float>();
  std::generate(begin, begin + values.numel(),
                [&] { return static_cast<float>(sigma * random.normal()); });
  return values;
}

}  // namespace

MaskedTokenLearner::MaskedTokenLearner(const MaskedTokenTraining& input,
                                       const TrainSettings& settings, Precision precision,
                                       const RunContext& context)
    : input_(checked(input)),
      settings_(settings),
      precision_(precision),
      context_(context),
      encoder_(load_trainable_encoder(input.encoder, resolve_device(context.device))),
      tokens_(tokens_of(*encoder_)),
      prediction_(start_of_prediction(tokens_.id_bound, static_cast<std::int64_t>(encoder_->dim()),
                                      context.seed)
                      .to(device())),
      batches_(BatchPlan(text_lengths(*encoder_, input.spectra), {}, settings, context.seed)),
      total_(total_steps(settings, batches_.per_epoch())) {
  encoder_->set_mode({precision, settings.dropout});
}

std::int64_t MaskedTokenLearner::all_blocks() const {
  return static_cast<std::int64_t>(encoder_->info().blocks) + 1;
}

std::vector<Parameter> MaskedTokenLearner::own_parameters() const {
  return {{"prediction.weight", prediction_}};
}

std::vector<Parameter> MaskedTokenLearner::encoder_parameters() const {
  std::vector<Parameter> parameters;
  for (const auto& parameter : encoder_->parameters_of_last(all_blocks())) {
    parameters.push_back({kEncoderPrefix + parameter.name, parameter.tensor});
  }
  return parameters;
}

double MaskedTokenLearner::learning_rate(std::size_t step) const {
  return learning_rate_at(settings_, step, total_);
}

std::vector<std::size_t> MaskedTokenLearner::validation_steps() const {
  if (input_.validation.empty()) return {};
  return specbridge::validation_steps(settings_.validations, total_);
}

MaskedTexts MaskedTokenLearner::masked_texts(std::span<const PeakRows> spectra,
                                             std::span<const Draw> draws, std::size_t epoch) const {
  const auto random_for = [&](Purpose purpose, const Draw& draw) {
    return keyed_random(context_.seed, purpose, epoch, draw.example, draw.copy);
  };
  const bool change = epoch != kValidationEpoch && augments(settings_);
  std::vector<PeakRows> shown;
  std::size_t longest = 1;
  for (const Draw& draw : draws) {
    const PeakRows& spectrum = spectra[draw.example];
    shown.push_back(change ? augmented(spectrum, settings_, random_for(Purpose::augmentation, draw))
                           : spectrum);
    longest = std::max(longest, encoder_->length(shown.back()));
  }
  return masked(encoder_->pack(shown, longest), settings_.masked_share, tokens_,
                [&](std::size_t row) { return random_for(Purpose::masks, draws[row]); });
}

at::Tensor MaskedTokenLearner::cost(const MaskedTexts& texts) const {
  return cost_of(texts, encoder_->token_states(texts.input.to(device())), prediction_);
}

void MaskedTokenLearner::differentiate(StepRecord& record, const FlatParameters& parameters) {
  const Batch& batch = batches_.at(record.step - 1);
  record.epoch = batches_.epoch_of(record.step - 1);
  record.spectra = batch.size();
  add_gradients(cost(masked_texts(input_.spectra, batch, record.epoch)), parameters, record);
}

ValidationFigures MaskedTokenLearner::measure() {
  const c10::NoGradGuard no_gradients;
  encoder_->set_mode({});
  const auto lengths = text_lengths(*encoder_, input_.validation);
  Batch order(lengths.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i].example = i;
  std::ranges::stable_sort(order, {}, [&](const Draw& draw) { return lengths[draw.example]; });
  double sum = 0, hidden = 0;
  for (std::size_t begin = 0; begin < order.size(); begin += settings_.batch) {
    context_.check_interrupt();
    const std::size_t count = std::min(settings_.batch, order.size() - begin);
    const MaskedTexts texts =
        masked_texts(input_.validation, std::span(order).subspan(begin, count), kValidationEpoch);
    const auto told = static_cast<double>(texts.tokens.numel());
    if (told == 0) continue;
    sum += cost(texts).item<double>() * told;
    hidden += told;
  }
  encoder_->set_mode({precision_, settings_.dropout});
  ValidationFigures figures;
  figures.loss = sum / std::max(hidden, 1.0);
  return figures;
}

std::pair<double, double> MaskedTokenLearner::merit(const ValidationFigures& figures) const {
  return {-figures.loss.value(), 0};
}

void MaskedTokenLearner::describe(TrainingResult& result) const {
  result.dim = encoder_->dim();
  result.trained_blocks = static_cast<std::size_t>(all_blocks());
}

/// By an encoder of its own: the tensors of the one that trains are views of one large buffer.
void MaskedTokenLearner::write(const std::filesystem::path& dir,
                               const FlatParameters& /*parameters*/) const {
  const auto written = load_trainable_encoder(input_.encoder, c10::Device(c10::kCPU));
  for (const auto& parameter : encoder_->parameters_of_last(all_blocks())) {
    written->assign(parameter.name, parameter.tensor);
  }
  written->write(input_.encoder, dir, WeightDigits::all);
}

}  // namespace specbridge
