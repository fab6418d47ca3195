#include "pipeline/calibration/first_answers.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "base/parallel.h"
#include "search/evidence/explained.h"
#include "search/first_answer.h"
#include "stats/certainty.h"
#include "stats/logistic_model.h"

namespace specbridge {
namespace {

constexpr double kFirstAnswerRidge =
    1;  // on values of unit spread: keeps them finite on few spectra
constexpr std::size_t kNoHalf = 2;

/// A first answer with what its probability is worked out from.
struct HeldAnswer {
  std::vector<double> values;
  double margin = 0;
  bool right = false, absent = false;
  std::size_t query = 0, candidates = 0;
};

/// The candidates under weights, one of each structure.
/// @param best the best score of rare evidence among those that are there
std::vector<RankedStructure> weighed(const HeldQueries& held, const HeldQuery& query,
                                     std::span<const double> weights, float best) {
  const double share = query.best_rare > 0 ? best / query.best_rare : 0;  // of the products
  auto structures = query.candidates;
  for (auto& one : structures) {
    const auto row = held.evidence.row(query.first + one.place);
    double sum = 0;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      sum += weights[k] * row[k] * (k < held.first_product ? 1 : share);
    }
    one.score = static_cast<float>(sum);
  }
  keep_best_of_each(
      structures, [](const RankedStructure& one) -> const auto& { return one.structure; },
      ranks_before);
  return structures;
}

HeldAnswer answer_of(const HeldQueries& held, std::size_t place, const Leader& leader,
                     QueryExplanations& explanations) {
  const HeldQuery& query = held.queries[place];
  const auto row = held.evidence.row(query.first + leader.structure.place);
  const std::vector<float> evidence(row.begin(),
                                    row.begin() + static_cast<std::ptrdiff_t>(held.kinds.size()));
  const ExplainedShare explained = explanations.share_of(leader.structure.row);
  return {first_answer_values(leader, evidence, explained, explanations.peaks()),
          leader.margin,
          leader.structure.structure == query.truth,
          false,
          place,
          leader.others + 1};
}

/// What queries answer under weights, with their truth and without it.
/// @param explanations of each query
std::vector<HeldAnswer> answers_under(const HeldQueries& held, std::span<const double> weights,
                                      std::vector<QueryExplanations>& explanations,
                                      const RunContext& context) {
  std::vector<std::optional<HeldAnswer>> found(2 * held.queries.size());
  parallel_for(held.queries.size(), context.threads, [&](std::size_t q) {
    context.check_interrupt();
    const HeldQuery& query = held.queries[q];
    const auto structures = weighed(held, query, weights, query.best_rare);
    if (const auto leader = leader_of(structures)) {
      found[2 * q] = answer_of(held, q, *leader, explanations[q]);
    }
    const auto without = weighed(held, query, weights, query.best_of_wrong);
    if (const auto other = leader_of(without, std::span(&query.truth, 1))) {
      found[2 * q + 1] = answer_of(held, q, *other, explanations[q]);
      found[2 * q + 1]->absent = true;
    }
  });
  std::vector<HeldAnswer> answers;
  for (auto& one : found) {
    if (one) answers.push_back(std::move(*one));
  }
  return answers;
}

/// Whether nothing is answered without the truth.
bool truth_alone(const HeldQuery& query) {
  return std::ranges::all_of(
      query.candidates, [&](const RankedStructure& one) { return one.structure == query.truth; });
}

/// How much an answer counts for the share of absent truths.
double share_of(const HeldAnswer& answer, double absent) {
  return answer.absent ? absent : 1 - absent;
}

std::vector<double> fit(const HeldQueries& held, const std::vector<HeldAnswer>& answers,
                        const std::vector<std::size_t>& half, std::size_t left_out, double absent) {
  if (answers.empty()) return {};
  AlternativeTable values(answers.front().values.size());
  std::vector<char> outcomes;
  std::vector<double> counts;
  for (const auto& answer : answers) {
    if (half[answer.query] == left_out) continue;
    values.add(answer.values);
    outcomes.push_back(answer.right ? 1 : 0);
    counts.push_back(held.queries[answer.query].weight * share_of(answer, absent));
  }
  return logistic_weights(values, outcomes, counts, kFirstAnswerRidge);
}

ProbabilityFigures figures_of(const HeldQueries& held, const std::vector<std::size_t>& half,
                              const EvidenceWeights& fitted, double absent,
                              std::vector<QueryExplanations>& explanations,
                              const RunContext& context) {
  std::vector<GradedAnswer> outcomes, present, by_margin;
  for (const std::size_t test : {std::size_t{0}, std::size_t{1}}) {
    const auto answers = answers_under(held, fitted.without_half.at(test), explanations, context);
    const auto weights = fit(held, answers, half, test, absent);
    for (const auto& answer : answers) {
      if (half[answer.query] != test) continue;
      const double probability = logistic_chance(answer.values, weights);
      const double count = share_of(answer, absent);
      outcomes.push_back({probability, answer.right, count});
      present.push_back({probability, !answer.absent, count});
      by_margin.push_back({answer.margin, !answer.absent, count});
    }
  }
  // A list that holds nothing beside the truth says by itself that it is absent.
  for (std::size_t q = 0; q < held.queries.size(); ++q) {
    if (!truth_alone(held.queries[q])) continue;
    for (auto* told : {&present, &by_margin}) told->push_back({kNoAnswer, false, absent});
  }
  return {outcomes.size(), expected_error(reliability(outcomes)), ranking_quality(present),
          ranking_quality(by_margin)};
}

}  // namespace

FirstAnswerFit fit_first_answers(const HeldQueries& held, const std::vector<std::size_t>& half,
                                 const EvidenceWeights& weights, double absent,
                                 const MoleculeStore& molecules, const RunContext& context) {
  std::vector<QueryExplanations> explanations;
  for (const auto& query : held.queries)
    explanations.emplace_back(query.query, query.peaks, molecules);
  const auto answers = answers_under(held, weights.all, explanations, context);
  FirstAnswerFit result{fit(held, answers, half, kNoHalf, absent), 1, 1,
                        figures_of(held, half, weights, absent, explanations, context)};
  std::vector<std::size_t> candidates;
  for (const auto& answer : answers) candidates.push_back(answer.candidates);
  if (candidates.empty()) return result;
  std::ranges::sort(candidates);
  const std::size_t at_an_end = candidates.size() / 100;
  result.fewest_candidates = candidates[at_an_end];
  result.most_candidates = candidates[candidates.size() - 1 - at_an_end];
  return result;
}

}  // namespace specbridge
