#include "fragments/fragment_training.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "ranking/tie_position.h"
#include "specbridge/tie_rule.h"

namespace specbridge {
namespace {

/// AdaGrad on the weights of a model.
class AdaGrad {
 public:
  AdaGrad(std::span<float> weights, const FragmentTrainingSettings& settings)
      : weights_(weights), squares_(weights.size(), 0), settings_(settings) {}

  void step(std::uint32_t feature, float gradient) {
    constexpr float kEpsilon = 1e-2F;
    float& weight = weights_[feature];
    const float slope = gradient + settings_.shrinkage * weight;
    squares_[feature] += slope * slope;
    weight -= settings_.learning_rate * slope / std::sqrt(squares_[feature] + kEpsilon);
  }

 private:
  std::span<float> weights_;
  std::vector<float> squares_;
  const FragmentTrainingSettings& settings_;
};

std::vector<double> scores_of(const FragmentModel& model, const FragmentExample& example) {
  std::vector<double> scores;
  for (const auto& candidate : example.candidates) scores.push_back(model.score(candidate));
  return scores;
}

/// The softmax of scores, and the loss of the first.
struct Shares {
  std::vector<double> of;
  double loss = 0;
};
Shares shares_of(const std::vector<double>& scores) {
  const double largest = *std::ranges::max_element(scores);
  Shares shares;
  double sum = 0;
  for (const double score : scores) sum += shares.of.emplace_back(std::exp(score - largest));
  for (double& share : shares.of) share /= sum;
  shares.loss = largest + std::log(sum) - scores.front();
  return shares;
}

/// One step for every candidate that the softmax does not put in its place.
double learn(const FragmentExample& example, FragmentModel& model, AdaGrad& optimiser) {
  constexpr double kTooSmall = 1e-4;
  const Shares shares = shares_of(scores_of(model, example));
  // The best hypotheses are those before the step, whatever the order of candidates.
  std::vector<std::pair<std::uint32_t, float>> steps;
  for (std::size_t c = 0; c < example.candidates.size(); ++c) {
    const double pull = (shares.of[c] - (c == 0 ? 1 : 0)) * example.weight;
    if (std::abs(pull) < kTooSmall) continue;
    const auto& candidate = example.candidates[c];
    for (const auto& peak : candidate.peaks()) {
      const auto best = model.best_of(candidate, peak);
      if (best.value <= FragmentModel::kFloor) continue;
      const auto gradient = static_cast<float>(pull * peak.weight);
      for (const auto feature : candidate.features(best.hypothesis)) {
        steps.emplace_back(feature, gradient);
      }
    }
  }
  for (const auto& [feature, gradient] : steps) optimiser.step(feature, gradient);
  return shares.loss;
}

/// Where the first stands among the others.
TiePosition position_of_first(const std::vector<double>& scores) {
  TiePosition position;
  for (std::size_t i = 1; i < scores.size(); ++i) {
    position.above += scores[i] > scores[0] ? 1 : 0;
    position.tied += scores[i] == scores[0] ? 1 : 0;
  }
  return position;
}

double mean_reciprocal_rank(const FragmentModel& model,
                            std::span<const FragmentExample* const> examples) {
  double sum = 0, weights = 0;
  for (const auto* example : examples) {
    const auto position = position_of_first(scores_of(model, *example));
    sum += reciprocal_rank(position, TieRule::expected) * example->weight;
    weights += example->weight;
  }
  return weights > 0 ? sum / weights : 0;
}

}  // namespace

FragmentTraining train_fragments(std::span<const FragmentExample> examples,
                                 const FragmentTrainingSettings& settings,
                                 const RunContext& context) {
  std::vector<const FragmentExample*> learnt, held_out;
  for (const auto& example : examples) {
    const bool held =
        settings.held_out_every > 0 && example.molecule % settings.held_out_every == 0;
    (held ? held_out : learnt).push_back(&example);
  }
  FragmentTraining result;
  FragmentModel model = result.model;
  AdaGrad optimiser(model.weights(), settings);
  Random random(settings.seed);
  result.passes.push_back({0, mean_reciprocal_rank(model, held_out)});
  for (std::size_t pass = 1; pass <= settings.passes; ++pass) {
    shuffle(std::span(learnt), random);
    double loss = 0, weights = 0;
    for (const auto* example : learnt) {
      context.check_interrupt();
      loss += learn(*example, model, optimiser) * example->weight;
      weights += example->weight;
    }
    context.progress("learning fragments", pass, settings.passes);
    result.passes.push_back(
        {weights > 0 ? loss / weights : 0, mean_reciprocal_rank(model, held_out)});
    const bool better =
        held_out.empty() || result.passes.back().mrr > result.passes[result.kept].mrr;
    if (better) {
      result.kept = pass;
      result.model = model;
    }
  }
  return result;
}

}  // namespace specbridge
