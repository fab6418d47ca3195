#include "eval/pool_sweep.h"

#include <algorithm>

#include "ranking/tie_position.h"
#include "specbridge/status.h"
#include "specbridge/tie_rule.h"
#include "stats/hypergeometric.h"

namespace specbridge {
namespace {

/// How many structures may stand in front of the truth, by tie rule.
std::pair<std::size_t, std::size_t> range_above(const TiePosition& standing, TieRule ties) {
  if (ties == TieRule::worst) {
    return {standing.above + standing.tied, standing.above + standing.tied};
  }
  return {standing.above, standing.above + (ties == TieRule::best ? 0 : standing.tied)};
}

struct Sums {
  explicit Sums(std::size_t cutoffs) : hits(cutoffs), unknown(cutoffs) {}

  std::vector<double> hits;
  std::vector<std::size_t> unknown;  ///< truths that may be among the first or not
  double reciprocals = 0;
  std::size_t unranked = 0;  ///< truths behind the end of their lists
};

void add_ranked(const QueryResult& result, std::size_t pool_size, const AnalysisSettings& settings,
                Sums& sums) {
  const std::size_t decoys = result.pool_size - 1;
  const auto [first, last] = range_above(tie_position_of(result), settings.ties);
  const double weight = 1 / static_cast<double>(last - first + 1);
  for (std::size_t above = first; above <= last; ++above) {
    for (std::size_t i = 0; i < settings.cutoffs.size(); ++i) {
      sums.hits[i] +=
          weight * recall_in_smaller_pool(decoys, above, pool_size, settings.cutoffs[i]);
    }
    sums.reciprocals += weight * reciprocal_rank_in_smaller_pool(decoys, above, pool_size);
  }
}

/// A truth behind the end of its list is surely not among the first K only where K of the listed
/// structures stay in front of it whichever are left out.
void add_unranked(const QueryResult& result, std::size_t pool_size,
                  const AnalysisSettings& settings, Sums& sums) {
  ++sums.unranked;
  const bool whole = pool_size >= result.pool_size;
  const std::size_t left_out = whole ? 0 : result.pool_size - pool_size;
  // A list as long as its pool lacks a truth that its pool may have: the pool's size is a guess.
  const bool size_known = result.listed < result.pool_size || whole;
  for (std::size_t i = 0; i < settings.cutoffs.size(); ++i) {
    const bool surely_behind = size_known && result.listed >= left_out + settings.cutoffs[i];
    if (!surely_behind) ++sums.unknown[i];
  }
}

SweepPoint sweep_point(std::span<const QueryResult> results, std::size_t pool_size,
                       const AnalysisSettings& settings) {
  SweepPoint point;
  point.pool_size = pool_size;
  Sums sums(settings.cutoffs.size());
  for (const auto& result : results) {
    if (result.pool_size < pool_size) ++point.smaller;
    if (result.rank) {
      add_ranked(result, pool_size, settings, sums);
    } else if (result.status == Status::beyond_k) {
      add_unranked(result, pool_size, settings, sums);
    }
  }
  const auto count = static_cast<double>(results.size());
  for (std::size_t i = 0; i < settings.cutoffs.size(); ++i) {
    auto& recall = point.recall[settings.cutoffs[i]];
    if (sums.unknown[i] == 0) recall = sums.hits[i] / count;
  }
  if (sums.unranked == 0) point.mrr = sums.reciprocals / count;
  return point;
}

}  // namespace

double recall_in_smaller_pool(std::size_t decoys, std::size_t above, std::size_t pool_size,
                              std::size_t cutoff) {
  if (pool_size > decoys) return above < cutoff ? 1 : 0;  // the whole pool
  const Urn urn{above, decoys - above, pool_size - 1};
  const std::size_t most = std::min(above, urn.drawn);
  if (most < cutoff) return 1;
  double sum = 0;
  for (std::size_t j = urn.drawn > urn.others ? urn.drawn - urn.others : 0; j < cutoff; ++j) {
    sum += chance_of_marked(urn, j);
  }
  return std::min(sum, 1.0);
}

// Of truth and decoys alike, pool_size are drawn; k of them are not behind the truth. The truth is
// one of these with chance k/(above + 1), and then its reciprocal rank is 1/k: whatever k is,
// unless it is 0, this makes 1/(above + 1). What remains is the chance that the truth is drawn at
// all.
double reciprocal_rank_in_smaller_pool(std::size_t decoys, std::size_t above,
                                       std::size_t pool_size) {
  if (pool_size > decoys) return 1 / static_cast<double>(above + 1);
  const double any = chance_of_any_marked({above + 1, decoys - above, pool_size});
  return static_cast<double>(decoys + 1) /
         (static_cast<double>(pool_size) * static_cast<double>(above + 1)) * any;
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
