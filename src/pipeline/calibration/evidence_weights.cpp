#include "pipeline/calibration/evidence_weights.h"

#include <numeric>
#include <span>

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

double mean_reciprocal_rank(std::span<const Choice> choices,
                            const std::vector<std::vector<double>>& scores) {
  double sum = 0;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    sum += reciprocal_rank_of(scores[i], choices[i].chosen);
  }
  return choices.empty() ? 0 : sum / static_cast<double>(choices.size());
}

std::vector<std::vector<double>> scores_of_kind(const AlternativeTable& evidence, std::size_t kind,
                                                std::span<const Choice> choices) {
  std::vector<std::vector<double>> scores;
  for (const auto& choice : choices) {
    auto& own = scores.emplace_back();
    for (const std::size_t row : choice.rows) own.push_back(evidence.row(row)[kind]);
  }
  return scores;
}

}  // namespace

std::vector<std::size_t> halves_of(const HeldQueries& held, std::uint64_t seed) {
  const auto of_molecule = random_folds(held.molecules, 2, seed);
  std::vector<std::size_t> half;
  for (const auto& query : held.queries) half.push_back(of_molecule[query.molecule]);
  return half;
}

std::vector<double> evidence_weights(const HeldQueries& held, const std::vector<std::size_t>& half,
                                     std::size_t left_out) {
  const HeldChoices found = choices_of(held, half);
  AlternativeTable scaled = held.evidence;
  const auto spread = scale_to_unit_spread(scaled, found.choices);
  std::vector<const Choice*> fitted;
  for (std::size_t i = 0; i < found.choices.size(); ++i) {
    if (found.half[i] != left_out) fitted.push_back(&found.choices[i]);
  }
  auto weights = choice_weights(scaled, fitted, kEvidenceRidge);
  for (std::size_t k = 0; k < weights.size(); ++k) weights[k] /= spread[k];
  return weights;
}

std::vector<double> reciprocal_ranks(const HeldQueries& held,
                                     const std::vector<std::size_t>& half) {
  const HeldChoices found = choices_of(held, half);
  std::vector<double> ranks;
  for (std::size_t kind = 0; kind < held.evidence.kinds(); ++kind) {
    ranks.push_back(
        mean_reciprocal_rank(found.choices, scores_of_kind(held.evidence, kind, found.choices)));
  }
  AlternativeTable scaled = held.evidence;
  scale_to_unit_spread(scaled, found.choices);
  ranks.push_back(mean_reciprocal_rank(
      found.choices, cross_fitted_scores(scaled, found.choices, found.half, kEvidenceRidge)));
  return ranks;
}

}  // namespace specbridge
