#include "stats/certainty.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace specbridge {
namespace {

/// The most certain first.
std::vector<GradedAnswer> sorted(std::span<const GradedAnswer> answers) {
  std::vector<GradedAnswer> order(answers.begin(), answers.end());
  std::ranges::stable_sort(order, std::ranges::greater(), &GradedAnswer::certainty);
  return order;
}

/// Calls visit(right, wrong) with the counts of answers of one certainty, the most certain first.
template <typename Visit>
void for_each_certainty(std::span<const GradedAnswer> answers, Visit&& visit) {
  const auto order = sorted(answers);
  for (std::size_t first = 0; first < order.size();) {
    double right = 0, wrong = 0;
    std::size_t last = first;
    for (; last < order.size() && order[last].certainty == order[first].certainty; ++last) {
      (order[last].right ? right : wrong) += order[last].count;
    }
    visit(right, wrong);
    first = last;
  }
}

/// The chance of at least `hits` of `all` when each has the chance `share`.
double chance_of_hits(std::size_t hits, std::size_t all, double share) {
  if (share <= 0) return hits == 0 ? 1 : 0;
  if (share >= 1) return 1;
  double sum = 0;
  const auto n = static_cast<double>(all);
  for (std::size_t i = hits; i <= all; ++i) {
    const auto k = static_cast<double>(i);
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                    k * std::log(share) + (n - k) * std::log1p(-share));
  }
  return std::min(sum, 1.0);
}

/// Where a rising function of a share crosses a level.
double share_where(const std::function<double(double)>& rising, double level) {
  double low = 0, high = 1;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (rising(middle) < level ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

std::vector<ReliabilityBin> reliability(std::span<const GradedAnswer> answers, std::size_t bins) {
  std::vector<ReliabilityBin> table(bins);
  const auto width = 1 / static_cast<double>(bins);
  for (std::size_t i = 0; i < bins; ++i) {
    table[i].low = static_cast<double>(i) * width;
    table[i].high = static_cast<double>(i + 1) * width;
  }
  for (const auto& [certainty, right, count] : answers) {
    const auto place = static_cast<std::size_t>(certainty / width);
    ReliabilityBin& bin = table[std::min(place, bins - 1)];
    bin.answers += count;
    bin.stated += count * certainty;
    bin.right += right ? count : 0;
  }
  for (auto& bin : table) {
    if (bin.answers == 0) continue;
    bin.stated /= bin.answers;
    bin.right /= bin.answers;
  }
  return table;
}

double expected_error(std::span<const ReliabilityBin> bins) {
  double sum = 0, answers = 0;
  for (const auto& bin : bins) {
    sum += bin.answers * std::abs(bin.stated - bin.right);
    answers += bin.answers;
  }
  return answers > 0 ? sum / answers : 0;
}

double risk_coverage_area(std::span<const GradedAnswer> answers) {
  double taken = 0, missed = 0, area = 0;
  for_each_certainty(answers, [&](double right, double wrong) {
    taken += right + wrong;
    missed += wrong;
    if (taken > 0) area += (right + wrong) * missed / taken;
  });
  return taken > 0 ? area / taken : 0;
}

double ranking_quality(std::span<const GradedAnswer> answers) {
  double all_right = 0, all_wrong = 0, area = 0;
  for_each_certainty(answers, [&](double right, double wrong) {
    area += wrong * (all_right + right / 2);
    all_right += right;
    all_wrong += wrong;
  });
  return all_right > 0 && all_wrong > 0 ? area / (all_right * all_wrong) : 0.5;
}

std::vector<double> q_values(std::span<const double> answers, std::span<const double> decoys,
                             AnswerOrder ordered) {
  std::vector<std::size_t> order(answers.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return answers[a] > answers[b]; });
  std::vector<double> wrong(decoys.begin(), decoys.end());
  std::ranges::sort(wrong, std::greater());
  std::vector<double> values(answers.size());
  std::size_t above = 0;
  double doubt = 0;  // of the answers so far, by their own probabilities
  for (std::size_t first = 0; first < order.size();) {
    const double certainty = answers[order[first]];
    std::size_t last = first;
    for (; last < order.size() && answers[order[last]] == certainty; ++last) {
      doubt += ordered == AnswerOrder::by_probability ? 1 - certainty : 0;
    }
    while (above < wrong.size() && wrong[above] >= certainty) ++above;
    const double wrong_ones = std::max(static_cast<double>(above + 1), doubt);
    const double share = wrong_ones / static_cast<double>(last);
    for (std::size_t i = first; i < last; ++i) values[order[i]] = std::min(share, 1.0);
    first = last;
  }
  for (std::size_t i = order.size(); i-- > 1;) {
    values[order[i - 1]] = std::min(values[order[i - 1]], values[order[i]]);
  }
  return values;
}

ShareInterval share_interval(std::size_t hits, std::size_t all) {
  constexpr double kTail = 0.025;
  ShareInterval interval;
  if (hits > 0) {
    interval.low = share_where([&](double p) { return chance_of_hits(hits, all, p); }, kTail);
  }
  if (hits < all) {
    interval.high =
        share_where([&](double p) { return chance_of_hits(hits + 1, all, p); }, 1 - kTail);
  }
  return interval;
}

}  // namespace specbridge
