#include "pipeline/calibration/evidence_weights.h"

#include <numeric>
#include <utility>

#include "ranking/tie_position.h"
#include "specbridge/tie_rule.h"
#include "stats/cross_fit.h"

namespace specbridge {
namespace {

constexpr double kEvidenceRidge = 1e-3;  // on evidence of unit spread

/// Queries as choices among their candidates. Of several members of the truth the first counts.
struct HeldChoices {
  std::vector<Choice> choices;
  std::vector<std::size_t> half;  ///< of the choices
};

HeldChoices choices_of(const HeldQueries& held, const std::vector<std::size_t>& half) {
  HeldChoices found;
  for (std::size_t q = 0; q < held.queries.size(); ++q) {
    const HeldQuery& query = held.queries[q];
    Choice choice{{}, query.candidates.size(), query.weight};
    for (std::size_t i = 0; i < query.candidates.size(); ++i) {
      const bool right = query.candidates[i].structure == query.truth;
      if (right && choice.chosen < choice.rows.size()) continue;
      if (right) choice.chosen = choice.rows.size();
      choice.rows.push_back(query.first + i);
    }
    if (choice.rows.size() < 2) continue;
    found.choices.push_back(std::move(choice));
    found.half.push_back(half[q]);
  }
  return found;
}

/// The reciprocal rank of what is right, behind what scores as high.
double reciprocal_rank_of(const std::vector<double>& scores, std::size_t right) {
  TiePosition position;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (i == right) continue;
    position.above += scores[i] > scores[right] ? 1 : 0;
    position.tied += scores[i] == scores[right] ? 1 : 0;
  }
  return reciprocal_rank(position, TieRule::worst);
}

/// @param weights_of of the evidence, for a half that is ranked
template <typename WeightsOf>
double mean_reciprocal_rank(const AlternativeTable& evidence, const HeldChoices& found,
                            WeightsOf&& weights_of) {
  double sum = 0;
  for (std::size_t i = 0; i < found.choices.size(); ++i) {
    const std::vector<double>& weights = weights_of(found.half[i]);
    std::vector<double> scores;
    for (const std::size_t place : found.choices[i].rows) {
      const auto row = evidence.row(place);
      scores.push_back(std::inner_product(row.begin(), row.end(), weights.begin(), 0.0));
    }
    sum += reciprocal_rank_of(scores, found.choices[i].chosen);
  }
  return found.choices.empty() ? 0 : sum / static_cast<double>(found.choices.size());
}

}  // namespace

std::vector<std::size_t> halves_of(const HeldQueries& held, std::uint64_t seed) {
  const auto of_molecule = random_folds(held.molecules, 2, seed);
  std::vector<std::size_t> half;
  for (const auto& query : held.queries) half.push_back(of_molecule[query.molecule]);
  return half;
}

EvidenceWeights fit_evidence_weights(const HeldQueries& held,
                                     const std::vector<std::size_t>& half) {
  const HeldChoices found = choices_of(held, half);
  AlternativeTable scaled = held.evidence;
  const auto spread = scale_to_unit_spread(scaled, found.choices);
  const auto fitted_to = [&](auto&& belongs) {
    std::vector<const Choice*> choices;
    for (std::size_t i = 0; i < found.choices.size(); ++i) {
      if (belongs(found.half[i])) choices.push_back(&found.choices[i]);
    }
    auto weights = choice_weights(scaled, choices, kEvidenceRidge);
    for (std::size_t k = 0; k < weights.size(); ++k) weights[k] /= spread[k];
    return weights;
  };
  return {fitted_to([](std::size_t) { return true; }),
          {fitted_to([](std::size_t of) { return of != 0; }),
           fitted_to([](std::size_t of) { return of != 1; })}};
}

std::vector<double> reciprocal_ranks(const HeldQueries& held, const std::vector<std::size_t>& half,
                                     const EvidenceWeights& weights) {
  const HeldChoices found = choices_of(held, half);
  std::vector<double> ranks;
  for (std::size_t kind = 0; kind < held.first_product; ++kind) {
    std::vector<double> alone(held.evidence.kinds());
    alone[kind] = 1;
    ranks.push_back(mean_reciprocal_rank(
        held.evidence, found, [&](std::size_t) -> const auto& { return alone; }));
  }
  ranks.push_back(mean_reciprocal_rank(
      held.evidence,
      found, [&](std::size_t of) -> const auto& { return weights.without_half.at(of); }));
  return ranks;
}

}  // namespace specbridge
