#include "eval/certainty_report.h"

#include <algorithm>
#include <optional>

#include "base/random.h"

namespace specbridge {
namespace {

/// The answers of all queries, with their truth and without it, as they count.
template <typename Grade>
std::vector<GradedAnswer> graded(std::span<const QueryCertainty> queries, double absent,
                                 Grade&& grade) {
  std::vector<GradedAnswer> answers;
  for (const auto& query : queries) {
    if (query.with_truth && absent < 1) {
      answers.push_back(grade(*query.with_truth, true, 1 - absent));
    }
    if (query.without_truth && absent > 0) {
      answers.push_back(grade(*query.without_truth, false, absent));
    }
  }
  return answers;
}

GradedAnswer by_probability(const SureAnswer& answer, bool, double count) {
  return {answer.probability, answer.right, count};
}

GradedAnswer by_margin(const SureAnswer& answer, bool, double count) {
  return {answer.margin, answer.right, count};
}

/// Accepts answers of one draw of absent truths.
void accept(std::span<const QueryCertainty> queries, double absent, std::uint64_t seed,
            CertaintyFigures& figures) {
  Random random(seed);
  std::vector<const SureAnswer*> drawn;
  std::vector<double> answers, decoys;
  for (const auto& query : queries) {
    const auto& answer = random.uniform() < absent ? query.without_truth : query.with_truth;
    if (!answer) continue;
    drawn.push_back(&*answer);
    answers.push_back(answer->probability);
    if (answer->second) decoys.push_back(*answer->second);
  }
  const auto q = q_values(answers, decoys);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    if (q[i] > kAcceptedQ) continue;
    ++figures.accepted;
    figures.accepted_wrong += drawn[i]->right ? 0 : 1;
  }
  figures.wrong_share = share_interval(figures.accepted_wrong, figures.accepted);
}

/// How well a figure of first answers tells queries whose truth is absent.
template <typename Figure>
double absence_told_by(std::span<const QueryCertainty> queries, Figure&& figure) {
  constexpr double kBoth = 0.5;
  auto answers = graded(queries, kBoth, [&](const SureAnswer& answer, bool present, double n) {
    return GradedAnswer{figure(answer), present, n};
  });
  for (const auto& query : queries) {
    if (query.truth_alone) answers.push_back({kNoAnswer, false, kBoth});
  }
  return ranking_quality(answers);
}

/// How far the probability that the truth is present can be trusted, where it is told.
std::optional<double> presence_error(std::span<const QueryCertainty> queries, double absent) {
  bool told = false;
  const auto answers =
      graded(queries, absent, [&](const SureAnswer& answer, bool present, double count) {
        told = told || answer.present.has_value();
        return GradedAnswer{answer.present.value_or(0), present, count};
      });
  if (!told) return {};
  return expected_error(reliability(answers));
}

CertaintyFigures figures_of(std::span<const QueryCertainty> queries, double absent,
                            std::uint64_t seed) {
  CertaintyFigures figures;
  figures.absent = absent;
  const auto answers = graded(queries, absent, by_probability);
  for (const auto& answer : answers) {
    figures.answers += answer.count;
    figures.right += answer.right ? answer.count : 0;
  }
  if (figures.answers > 0) figures.right /= figures.answers;
  figures.risk_area = risk_coverage_area(answers);
  figures.risk_by_margin = risk_coverage_area(graded(queries, absent, by_margin));
  figures.bins = reliability(answers);
  figures.expected_error = expected_error(figures.bins);
  accept(queries, absent, seed, figures);
  return figures;
}

}  // namespace

CertaintyReport report_certainty(std::span<const QueryCertainty> queries, double absent,
                                 std::uint64_t seed) {
  CertaintyReport report;
  report.all_present = figures_of(queries, 0, seed);
  report.some_absent = figures_of(queries, absent, seed);
  report.truth_alone =
      static_cast<std::size_t>(std::ranges::count_if(queries, &QueryCertainty::truth_alone));
  report.present_error = presence_error(queries, absent);
  report.absent_by_probability = absence_told_by(queries, [](const SureAnswer& answer) {
    return answer.present.value_or(answer.probability);
  });
  report.absent_by_margin =
      absence_told_by(queries, [](const SureAnswer& answer) { return answer.margin; });
  return report;
}

}  // namespace specbridge
