#include "eval/pool_sweep.h"

#include <algorithm>
#include <cmath>

namespace specbridge {
namespace {

double log_choose(std::size_t n, std::size_t k) {
  const auto log_factorial = [](std::size_t x) { return std::lgamma(static_cast<double>(x) + 1); };
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

/// How many structures may stand in front of the truth, by tie rule.
std::pair<std::size_t, std::size_t> range_above(const Standing& standing, TieRule ties) {
  if (ties == TieRule::worst) {
    return {standing.above + standing.tied, standing.above + standing.tied};
  }
  return {standing.above, standing.above + (ties == TieRule::best ? 0 : standing.tied)};
}

struct Sums {
  std::vector<double> hits;
  double reciprocals = 0;
};

void add(const QueryResult& result, std::size_t pool_size, const AnalysisSettings& settings,
         Sums& sums) {
  const std::size_t decoys = result.pool_size - 1;
  const auto [first, last] = range_above(standing_of(result), settings.ties);
  const double weight = 1 / static_cast<double>(last - first + 1);
  for (std::size_t above = first; above <= last; ++above) {
    for (std::size_t i = 0; i < settings.cutoffs.size(); ++i) {
      sums.hits[i] +=
          weight * recall_in_smaller_pool(decoys, above, pool_size, settings.cutoffs[i]);
    }
    sums.reciprocals += weight * reciprocal_rank_in_smaller_pool(decoys, above, pool_size);
  }
}

SweepPoint sweep_point(std::span<const QueryResult> results, std::size_t pool_size,
                       const AnalysisSettings& settings) {
  SweepPoint point;
  point.pool_size = pool_size;
  Sums sums{std::vector<double>(settings.cutoffs.size()), 0};
  for (const auto& result : results) {
    if (result.pool_size < pool_size) ++point.smaller;
    if (result.rank) add(result, pool_size, settings, sums);
  }
  const auto count = static_cast<double>(results.size());
  for (std::size_t i = 0; i < settings.cutoffs.size(); ++i) {
    point.metrics.recall[settings.cutoffs[i]] = sums.hits[i] / count;
  }
  point.metrics.mrr = sums.reciprocals / count;
  return point;
}

}  // namespace

double recall_in_smaller_pool(std::size_t decoys, std::size_t above, std::size_t pool_size,
                              std::size_t cutoff) {
  if (pool_size > decoys) return above < cutoff ? 1 : 0;  // the whole pool
  const std::size_t drawn = pool_size - 1, below = decoys - above;
  const double all = log_choose(decoys, drawn);
  double sum = 0;
  for (std::size_t j = drawn > below ? drawn - below : 0; j < cutoff && j <= std::min(above, drawn);
       ++j) {
    sum += std::exp(log_choose(above, j) + log_choose(below, drawn - j) - all);
  }
  return std::min(sum, 1.0);
}

double reciprocal_rank_in_smaller_pool(std::size_t decoys, std::size_t above,
                                       std::size_t pool_size) {
  if (pool_size > decoys) return 1 / static_cast<double>(above + 1);
  const std::size_t below = decoys - above;
  const double none_above =
      pool_size > below
          ? 0
          : std::exp(log_choose(below, pool_size) - log_choose(decoys + 1, pool_size));
  return static_cast<double>(decoys + 1) /
         (static_cast<double>(pool_size) * static_cast<double>(above + 1)) * (1 - none_above);
}

std::vector<SweepPoint> pool_size_sweep(std::span<const QueryResult> results,
                                        const AnalysisSettings& settings) {
  std::size_t largest = 0;
  for (const auto& result : results) largest = std::max(largest, result.pool_size);
  if (largest == 0) return {};
  std::vector<std::size_t> sizes = settings.pool_sizes;
  if (sizes.empty()) {
    for (std::size_t size = 1; size < largest; size *= 2) sizes.push_back(size);
    sizes.push_back(largest);
  }
  std::vector<SweepPoint> points;
  for (const std::size_t size : sizes) points.push_back(sweep_point(results, size, settings));
  return points;
}

}  // namespace specbridge
