#include "ranking/tie_position.h"

#include <algorithm>
#include <numeric>

namespace specbridge {
namespace {

/// The rank under a rule that gives one; not for expected ties.
std::size_t definite_rank(const TiePosition& standing, TieRule rule) {
  return standing.above + 1 + (rule == TieRule::worst ? standing.tied : 0);
}

}  // namespace

double hit_share(const TiePosition& standing, std::size_t cutoff, TieRule rule) {
  if (rule != TieRule::expected) return definite_rank(standing, rule) <= cutoff ? 1 : 0;
  if (cutoff <= standing.above) return 0;
  const auto places = static_cast<double>(cutoff - standing.above);
  return std::min(places / static_cast<double>(standing.tied + 1), 1.0);
}

double reciprocal_rank(const TiePosition& standing, TieRule rule) {
  if (rule != TieRule::expected) return 1 / static_cast<double>(definite_rank(standing, rule));
  double sum = 0;
  for (std::size_t j = 0; j <= standing.tied; ++j) {
    sum += 1 / static_cast<double>(standing.above + 1 + j);
  }
  return sum / static_cast<double>(standing.tied + 1);
}

double similarity_under(std::span<const double> values, TieRule rule) {
  if (rule == TieRule::worst) return *std::min_element(values.begin(), values.end());
  if (rule == TieRule::best) return *std::max_element(values.begin(), values.end());
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

FirstSimilarity first_similarity(const std::optional<double>& truth, std::span<const double> others,
                                 std::size_t tied, TieRule rule) {
  if (others.empty()) return {truth.value(), std::nullopt};
  const double on_miss = similarity_under(others, rule);
  if (!truth) return {on_miss, std::nullopt};
  if (rule != TieRule::expected) return {rule == TieRule::best ? *truth : on_miss, on_miss};
  const auto others_tied = static_cast<double>(tied);
  return {(*truth + others_tied * on_miss) / (others_tied + 1), on_miss};
}

double rank_under(const TiePosition& standing, TieRule rule) {
  if (rule != TieRule::expected) return static_cast<double>(definite_rank(standing, rule));
  return static_cast<double>(standing.above + 1) + static_cast<double>(standing.tied) / 2;
}

}  // namespace specbridge
