#include "train/learners/text_learner.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "chem/spelling.h"
#include "nn/torch_runtime.h"
#include "specbridge/error.h"
#include "train/random_streams.h"
#include "train/ranks/batch_share.h"
#include "train/schedule.h"

namespace specbridge {
namespace {

/// What streams of random numbers of the two stages are told apart by.
constexpr std::uint64_t kLanguageStage = 1, kSpectrumStage = 2;

std::vector<std::size_t> word_counts(std::span<const std::string> texts) {
  std::vector<std::size_t> counts;
  for (const auto& text : texts) counts.push_back(smiles_words(text).size());
  return counts;
}

std::vector<std::size_t> word_counts(std::span<const ToldSpectrum> spectra) {
  std::vector<std::size_t> counts;
  for (const auto& spectrum : spectra) counts.push_back(smiles_words(spectrum.smiles).size());
  return counts;
}

std::size_t steps_of_language(const TrainSettings& settings, std::size_t batches) {
  if (batches == 0 || settings.generation.language_epochs == 0) return 0;
  TrainSettings of_stage = settings;
  of_stage.epochs = settings.generation.language_epochs;
  of_stage.max_steps = settings.generation.language_steps;
  return total_steps(of_stage, batches);
}

const TextTraining& checked(const TextTraining& input) {
  if (!input.spectra.empty()) return input;
  throw InputError("training: found no spectrum to train on; expected spectra with structures");
}

}  // namespace

TextLearner::TextLearner(const TextTraining& input, const TrainSettings& settings,
                         Precision precision, const RunContext& context)
    : input_(checked(input)),
      settings_(settings),
      precision_(precision),
      context_(context),
      ranks_(input.ranks == nullptr ? alone_ : *input.ranks),
      network_(DecoderNetwork::load(input.decoder, resolve_device(context.device))),
      language_(BatchPlan(word_counts(input.language), {}, settings, context.seed ^ kLanguageStage),
                ranks_.count()),
      spectra_(BatchPlan(word_counts(input.spectra), input.weights, settings, context.seed),
               ranks_.count()),
      first_(steps_of_language(settings, language_.per_epoch())),
      second_(total_steps(settings, spectra_.per_epoch())) {
  network_.set_mode(precision, settings.dropout);
}

std::vector<Parameter> TextLearner::own_parameters() const {
  std::vector<Parameter> parameters;
  for (auto& parameter : network_.parameters()) {
    parameters.push_back({std::move(parameter.name), std::move(parameter.tensor)});
  }
  return parameters;
}

double TextLearner::learning_rate(std::size_t step) const {
  return step < first_ ? learning_rate_at(settings_, step, first_)
                       : learning_rate_at(settings_, step - first_, second_);
}

std::vector<std::size_t> TextLearner::validation_steps() const {
  if (input_.validation.empty()) return {};
  auto steps = specbridge::validation_steps(settings_.validations, second_);
  for (std::size_t& step : steps) step += first_;
  return steps;
}

/// The words of a molecule, in a random spelling if so drawn; in the canonical one where the other
/// has words that the decoder does not know, or too many.
std::vector<Token> TextLearner::spelled(const std::string& smiles, double respelled,
                                        Random random) const {
  const auto& vocabulary = network_.vocabulary();
  if (random.uniform() < respelled) {
    const auto other = random_spelling(smiles, random);
    const auto tokens = other ? vocabulary.tokens(*other) : std::nullopt;
    if (tokens && tokens->size() < network_.positions()) return *tokens;
  }
  return vocabulary.tokens(smiles).value();
}

ToldText TextLearner::language_text(const Draw& draw, std::size_t epoch) const {
  Random random = keyed_random(context_.seed ^ kLanguageStage, Purpose::spelling, epoch,
                               draw.example, draw.copy);
  return {spelled(input_.language[draw.example], settings_.generation.language_respelled, random)};
}

ToldText TextLearner::spectrum_text(const Draw& draw, std::size_t epoch) const {
  const auto& rules = settings_.generation;
  const ToldSpectrum& spectrum = input_.spectra[draw.example];
  const auto random_for = [&](Purpose purpose) {
    return keyed_random(context_.seed ^ kSpectrumStage, purpose, epoch, draw.example, draw.copy);
  };
  ToldText text{spelled(spectrum.smiles, rules.respelled, random_for(Purpose::spelling)),
                &spectrum};
  Random random = random_for(Purpose::candidates);
  const bool none = random.uniform() < rules.candidates_dropped;
  const bool others = random.uniform() < rules.truth_dropped;
  if (!none) text.candidates = others ? spectrum.nearest_others : spectrum.nearest;
  return text;
}

/// Of several processes each has some texts of a batch: gradients and cost become those of the mean
/// over the words of all. @return that cost
double TextLearner::differentiate_share(std::span<const ToldText> texts,
                                        const FlatParameters& parameters) {
  double nats = 0, words = 0;
  if (!texts.empty()) {
    const TextBatch batch =
        text_batch(texts, network_.vocabulary(), input_.candidates, network_.molecule_dim());
    words = static_cast<double>(batch.words);
    const at::Tensor sum = cost_of(batch, network_) * words;
    sum.backward();
    nats = sum.item<double>();
  }
  const double interrupted = context_.interrupted() ? 1 : 0;
  const at::Tensor all = at::tensor({nats, words, interrupted}, at::kDouble);
  ranks_.sum(all);
  const double* of_all = all.const_data_ptr<double>();
  ranks_.sum(parameters.gradient());
  parameters.gradient().div_(of_all[1]);
  one_interrupted_ = of_all[2] > 0;
  return of_all[0] / of_all[1];
}

void TextLearner::differentiate(StepRecord& record, const FlatParameters& parameters) {
  const bool language = record.step <= first_;
  StepBatches& stage = language ? language_ : spectra_;
  const std::size_t step = record.step - 1 - (language ? 0 : first_);
  const Batch& batch = stage.at(step);
  record.epoch = stage.epoch_of(step);
  record.spectra = batch.size();
  record.figures.emplace_back("stage", language ? 1 : 2);
  const auto share = share_of(batch.size(), ranks_);
  std::span own(batch);
  if (share) {
    own =
        own.subspan(static_cast<std::size_t>(share->begin), static_cast<std::size_t>(share->size));
  }
  std::vector<ToldText> texts;
  for (const Draw& draw : own) {
    texts.push_back(language ? language_text(draw, record.epoch)
                             : spectrum_text(draw, record.epoch));
  }
  if (share) {
    record.loss = differentiate_share(texts, parameters);
    record.gradient_norm = parameters.gradient_norm().item<double>();
    return;
  }
  const TextBatch shown =
      text_batch(texts, network_.vocabulary(), input_.candidates, network_.molecule_dim());
  add_gradients(cost_of(shown, network_), parameters, record);
}

ValidationFigures TextLearner::measure() {
  const c10::NoGradGuard no_gradients;
  network_.set_mode(Precision::float32, 0);
  const auto lengths = word_counts(input_.validation);
  std::vector<std::size_t> order(lengths.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return lengths[i]; });
  double sum = 0;
  std::size_t words = 0;
  for (std::size_t begin = 0; begin < order.size(); begin += settings_.batch) {
    context_.check_interrupt();
    std::vector<ToldText> texts;
    for (std::size_t i = begin; i < std::min(begin + settings_.batch, order.size()); ++i) {
      const ToldSpectrum& spectrum = input_.validation[order[i]];
      texts.push_back(
          {network_.vocabulary().tokens(spectrum.smiles).value(), &spectrum, spectrum.nearest});
    }
    const TextBatch batch =
        text_batch(texts, network_.vocabulary(), input_.candidates, network_.molecule_dim());
    sum += cost_of(batch, network_).item<double>() * static_cast<double>(batch.words);
    words += batch.words;
  }
  network_.set_mode(precision_, settings_.dropout);
  ValidationFigures figures;
  figures.loss = sum / static_cast<double>(words);
  return figures;
}

std::pair<double, double> TextLearner::merit(const ValidationFigures& figures) const {
  return {-figures.loss.value(), 0};
}

void TextLearner::describe(TrainingResult& result) const {
  result.dim = network_.molecule_dim();
}

void TextLearner::write(const std::filesystem::path& dir,
                        const FlatParameters& /*parameters*/) const {
  network_.write(input_.decoder, dir);
}

}  // namespace specbridge
