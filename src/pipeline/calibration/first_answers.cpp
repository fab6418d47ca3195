#include "pipeline/calibration/first_answers.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/parallel.h"
#include "search/certainty/first_answer.h"
#include "search/evidence/explained.h"
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

/// What is known of a query's candidates beside their evidence, once it has been asked for.
struct KnownOfQuery {
  QueryExplanations explanations;
  QueryStandings standings;
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
                     KnownOfQuery& known) {
  const HeldQuery& query = held.queries[place];
  const auto row = held.evidence.row(query.first + leader.structure.place);
  const std::vector<float> evidence(row.begin(),
                                    row.begin() + static_cast<std::ptrdiff_t>(held.kinds.size()));
  const std::size_t answer = leader.structure.row;
  return {first_answer_values({leader, held.kinds, evidence, known.explanations.share_of(answer),
                               known.explanations.peaks(), known.standings.of(answer)}),
          leader.margin,
          leader.structure.structure == query.truth,
          false,
          place,
          leader.others + 1};
}

/// What queries answer under weights, with their truth and without it.
/// @param known of each query
std::vector<HeldAnswer> answers_under(const HeldQueries& held, std::span<const double> weights,
                                      std::vector<KnownOfQuery>& known, const RunContext& context) {
  std::vector<std::optional<HeldAnswer>> found(2 * held.queries.size());
  parallel_for(held.queries.size(), context.threads, [&](std::size_t q) {
    context.check_interrupt();
    const HeldQuery& query = held.queries[q];
    const auto structures = weighed(held, query, weights, query.best_rare);
    if (const auto leader = leader_of(structures)) {
      found[2 * q] = answer_of(held, q, *leader, known[q]);
    }
    const auto without = weighed(held, query, weights, query.best_of_wrong);
    if (const auto other = leader_of(without, std::span(&query.truth, 1))) {
      found[2 * q + 1] = answer_of(held, q, *other, known[q]);
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

/// What a probability is of: the first answer being right, the right one being there.
enum class Told { right, present };

/// What is the same for all fits.
struct Fitting {
  const HeldQueries& held;
  const std::vector<std::size_t>& half;
  std::vector<std::string> names;  ///< first_answer_features()
  double absent = 0;
};

double spread_of(const std::vector<HeldAnswer>& answers, std::size_t column) {
  const double count = static_cast<double>(answers.size());
  double mean = 0, squares = 0;
  for (const auto& answer : answers) mean += answer.values[column] / count;
  for (const auto& answer : answers) {
    squares += (answer.values[column] - mean) * (answer.values[column] - mean) / count;
  }
  return std::sqrt(squares);
}

/// Values that nothing must be learned from. A list that lacks its truth is one shorter: where
/// lists were made equally long, their length would tell that by itself.
std::vector<std::size_t> silenced(const Fitting& fitting, const std::vector<HeldAnswer>& answers,
                                  Told told) {
  constexpr double kLeastSpread = 0.1;  // of the logarithm of the length
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < fitting.names.size(); ++i) {
    const bool length = fitting.names[i] == "log_candidates";
    const bool alone = fitting.names[i] == "alone";
    if (told == Told::present ? length || alone : length && spread_of(answers, i) < kLeastSpread) {
      columns.push_back(i);
    }
  }
  return columns;
}

std::vector<double> fit(const Fitting& fitting, const std::vector<HeldAnswer>& answers,
                        std::size_t left_out, Told told) {
  // Where no truth is absent, there is nothing to be learned of its presence.
  if (answers.empty() || (told == Told::present && fitting.absent == 0)) return {};
  const auto silent = silenced(fitting, answers, told);
  AlternativeTable values(answers.front().values.size());
  std::vector<char> outcomes;
  std::vector<double> counts;
  for (const auto& answer : answers) {
    if (fitting.half[answer.query] == left_out) continue;
    auto row = answer.values;
    for (const std::size_t column : silent) row[column] = 0;
    values.add(row);
    outcomes.push_back((told == Told::right ? answer.right : !answer.absent) ? 1 : 0);
    counts.push_back(fitting.held.queries[answer.query].weight * share_of(answer, fitting.absent));
  }
  return logistic_weights(values, outcomes, counts, kFirstAnswerRidge);
}

ProbabilityFigures figures_of(const Fitting& fitting, const EvidenceWeights& fitted,
                              std::vector<KnownOfQuery>& known, const RunContext& context) {
  const HeldQueries& held = fitting.held;
  const double absent = fitting.absent;
  std::vector<GradedAnswer> outcomes, present, by_margin;
  for (const std::size_t test : {std::size_t{0}, std::size_t{1}}) {
    const auto answers = answers_under(held, fitted.without_half.at(test), known, context);
    const auto weights = fit(fitting, answers, test, Told::right);
    const auto of_presence = fit(fitting, answers, test, Told::present);
    for (const auto& answer : answers) {
      if (fitting.half[answer.query] != test) continue;
      const double probability = logistic_chance(answer.values, weights);
      const double count = share_of(answer, absent);
      outcomes.push_back({probability, answer.right, count});
      const double there = of_presence.empty()
                               ? probability
                               : chance_of_presence(probability, answer.values, of_presence);
      present.push_back({there, !answer.absent, count});
      by_margin.push_back({answer.margin, !answer.absent, count});
    }
  }
  ProbabilityFigures figures{outcomes.size(), expected_error(reliability(outcomes))};
  if (absent > 0) figures.present_error = expected_error(reliability(present));
  // A list that holds nothing beside the truth says by itself that it is absent.
  for (std::size_t q = 0; q < held.queries.size(); ++q) {
    if (!truth_alone(held.queries[q])) continue;
    for (auto* told : {&present, &by_margin}) told->push_back({kNoAnswer, false, absent});
  }
  figures.absent_by_probability = ranking_quality(present);
  figures.absent_by_margin = ranking_quality(by_margin);
  return figures;
}

}  // namespace

FirstAnswerFit fit_first_answers(const HeldQueries& held, const std::vector<std::size_t>& half,
                                 const EvidenceWeights& weights,
                                 const FirstAnswerSettings& settings, const RunContext& context) {
  std::vector<KnownOfQuery> known;
  for (const auto& query : held.queries) {
    known.push_back({{query.query, query.peaks, settings.molecules},
                     {settings.isomers, query.query, query.peaks, settings.molecules}});
  }
  const auto answers = answers_under(held, weights.all, known, context);
  const Fitting fitting{held, half, first_answer_features(held.kinds, settings.isomers != nullptr),
                        settings.absent};
  FirstAnswerFit result{fit(fitting, answers, kNoHalf, Told::right),
                        fit(fitting, answers, kNoHalf, Told::present), 1, 1,
                        figures_of(fitting, weights, known, context)};
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
