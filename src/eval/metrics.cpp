#include "eval/metrics.h"

#include <algorithm>
#include <limits>

#include "ranking/tie_position.h"
#include "specbridge/tie_rule.h"

namespace specbridge {

bool ends_before(const QueryResult& result, std::size_t cutoff) {
  return !result.complete && result.listed < cutoff;
}

std::optional<double> tanimoto_on_miss(const QueryResult& result) {
  return result.tanimoto_on_miss ? result.tanimoto_on_miss : result.tanimoto;
}

std::optional<double> distance_on_miss(const QueryResult& result) {
  if (!result.mces) return std::nullopt;
  return result.mces->on_miss.value_or(result.mces->distance);
}

MetricSums::MetricSums(std::vector<std::size_t> cutoffs, TieRule ties)
    : cutoffs_(std::move(cutoffs)),
      ties_(ties),
      hits_(cutoffs_.size()),
      unknown_(cutoffs_.size()) {}

void MetricSums::add(const QueryResult& result) {
  ++count_;
  for (std::size_t i = 0; i < cutoffs_.size(); ++i) {
    if (result.rank) hits_[i] += hit_share(tie_position_of(result), cutoffs_[i], ties_);
    if (ends_before(result, cutoffs_[i])) ++unknown_[i];
  }
  if (result.rank) reciprocals_ += reciprocal_rank(tie_position_of(result), ties_);
  similarity_.add(result.tanimoto);
  if (result.mces) distance_.add(result.mces->distance);
  distance_on_misses_.add(distance_on_miss(result), miss_share(result, ties_));
}

Metrics MetricSums::metrics() const {
  const auto mean = [](double sum, std::size_t count) {
    return count == 0 ? 0 : sum / static_cast<double>(count);
  };
  Metrics metrics;
  for (std::size_t i = 0; i < cutoffs_.size(); ++i) {
    auto& recall = metrics.recall[cutoffs_[i]];
    if (unknown_[i] == 0) recall = mean(hits_[i], count_);
  }
  metrics.mrr = mean(reciprocals_, count_);
  metrics.tanimoto = similarity_.mean();
  metrics.mces = distance_.mean();
  metrics.mces_on_misses = distance_on_misses_.mean();
  return metrics;
}

std::optional<double> median_rank(std::span<const QueryResult> results, TieRule ties) {
  if (results.empty()) return std::nullopt;
  constexpr double kMiss = std::numeric_limits<double>::infinity();
  std::vector<double> ranks;
  for (const auto& result : results) {
    ranks.push_back(result.rank ? rank_under(tie_position_of(result), ties) : kMiss);
  }
  std::sort(ranks.begin(), ranks.end());
  const std::size_t middle = ranks.size() / 2;
  const double upper = ranks[middle], lower = ranks[ranks.size() % 2 == 1 ? middle : middle - 1];
  return upper == kMiss ? std::nullopt : std::optional((lower + upper) / 2);
}

Metrics measure(std::span<const QueryResult> results, const std::vector<std::size_t>& cutoffs,
                TieRule ties) {
  MetricSums sums(cutoffs, ties);
  for (const auto& result : results) sums.add(result);
  Metrics metrics = sums.metrics();
  metrics.median_rank = median_rank(results, ties);
  return metrics;
}

}  // namespace specbridge
