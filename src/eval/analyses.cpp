#include "eval/analyses.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "eval/breakdowns.h"
#include "eval/pool_sweep.h"
#include "eval/random_baseline.h"
#include "ranking/tie_position.h"
#include "specbridge/status.h"
#include "specbridge/tie_rule.h"

namespace specbridge {
namespace {

std::size_t largest_pool(std::span<const QueryResult> results) {
  std::size_t largest = 0;
  for (const auto& result : results) largest = std::max(largest, result.pool_size);
  return largest;
}

/// 1, 2, 3, ..., 10, then about ten a doubling, and the largest pool.
std::vector<std::size_t> curve_cutoffs(std::size_t largest) {
  std::vector<std::size_t> cutoffs;
  for (std::size_t k = 1; k < largest; k = k < 10 ? k + 1 : k + k / 10) cutoffs.push_back(k);
  if (largest > 0) cutoffs.push_back(largest);
  return cutoffs;
}

std::vector<CurvePoint> curve_of(std::span<const QueryResult> results, TieRule ties) {
  const auto cutoffs = curve_cutoffs(largest_pool(results));
  MetricSums sums(cutoffs, ties);
  RandomBaseline baseline(cutoffs);
  for (const auto& result : results) {
    sums.add(result);
    baseline.add(result.pool_size, result.rank.has_value() || result.status == Status::beyond_k);
  }
  const Metrics metrics = sums.metrics();
  std::vector<CurvePoint> curve;
  for (const std::size_t k : cutoffs) {
    curve.push_back({k, metrics.recall.at(k), baseline.recall(k)});
  }
  return curve;
}

/// Ranks 1, 2, 3 to 5, 6 to 10, 11 to 20, 21 to 50, ...; expected ranks are rounded up.
std::vector<RankBin> rank_bins(std::span<const QueryResult> results, TieRule ties) {
  std::vector<RankBin> bins = {{1, 1, 0}, {2, 2, 0}, {3, 5, 0}};
  const std::size_t largest = largest_pool(results);
  for (std::size_t decade = 5; bins.back().last < largest; decade *= 10) {
    for (const std::size_t factor : {2, 4, 10}) {
      bins.push_back({bins.back().last + 1, decade * factor, 0});
    }
  }
  for (const auto& result : results) {
    if (!result.rank) continue;
    const auto rank =
        static_cast<std::size_t>(std::ceil(rank_under(tie_position_of(result), ties)));
    const auto bin =
        std::find_if(bins.begin(), bins.end(), [rank](const RankBin& b) { return rank <= b.last; });
    if (bin != bins.end()) ++bin->queries;
  }
  while (bins.size() > 1 && bins.back().first > largest) bins.pop_back();
  return bins;
}

std::optional<SimilaritySummary> similarity_summary(
    std::span<const QueryResult> results, std::optional<double> QueryResult::*similarity) {
  constexpr std::size_t kBins = 50;
  SimilaritySummary summary{Histogram(0, 1, kBins), 0, 0, 0};
  std::vector<double> values;
  for (const auto& result : results) {
    if (!(result.*similarity)) continue;
    values.push_back(*(result.*similarity));
    summary.histogram.add(values.back());
    summary.mean += values.back();
  }
  if (values.empty()) return std::nullopt;
  summary.queries = values.size();
  summary.mean /= static_cast<double>(values.size());
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  summary.median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return summary;
}

std::optional<DistanceSummary> distance_summary(std::span<const QueryResult> results,
                                                TieRule ties) {
  double largest = 0;
  for (const auto& result : results) {
    if (result.mces) largest = std::max(largest, result.mces->distance);
  }
  const double end = std::floor(largest) + 1;
  DistanceSummary summary{Histogram(0, end, static_cast<std::size_t>(end))};
  for (const auto& result : results) {
    if (!result.mces) continue;
    ++summary.queries;
    summary.histogram.add(result.mces->distance);
    if (!is_first(result, ties)) ++summary.misses;
    if (result.mces->capped) {
      ++summary.capped;
    } else if (!result.mces->exact) {
      ++summary.beyond;
    }
  }
  return summary.queries > 0 ? std::optional(std::move(summary)) : std::nullopt;
}

}  // namespace

Analyses analyse(std::span<const QueryResult> results, const AnalysisSettings& settings) {
  Analyses analyses;
  if (results.empty()) return analyses;
  analyses.curve = curve_of(results, settings.ties);
  analyses.ranks = rank_bins(results, settings.ties);
  analyses.sweep = pool_size_sweep(results, settings);
  analyses.hardness = similarity_summary(results, &QueryResult::hardness);
  analyses.training = similarity_summary(results, &QueryResult::nearest_training);
  analyses.mces = distance_summary(results, settings.ties);
  analyses.breakdowns = break_down(results, settings);
  return analyses;
}

}  // namespace specbridge
