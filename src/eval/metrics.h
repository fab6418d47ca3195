#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "eval/result.h"
#include "specbridge/tie_rule.h"

namespace specbridge {

/// Recall by cutoff and mean reciprocal rank. What is without value cannot be known or is
/// undefined.
struct Metrics {
  std::map<std::size_t, std::optional<double>> recall;
  double mrr = 0;
  std::optional<double> tanimoto = {};  ///< mean similarity of the first structure to the truth
  std::optional<double> mces = {};      ///< mean MCES distance of the first structure
  /// The same where the truth is not first; with expected ties a query counts as much as it is a
  /// miss, by what is first then. While hits have no distance, it is mces / (1 - Recall@1).
  std::optional<double> mces_on_misses = {};
  std::optional<double> median_rank = {};  ///< without value when it falls on a miss
};

/// A mean of what only some queries have, or have in part.
class PartialMean {
 public:
  void add(const std::optional<double>& value, double weight = 1) {
    if (!value) return;
    sum_ += weight * *value;
    weight_ += weight;
  }
  std::optional<double> mean() const {
    return weight_ == 0 ? std::nullopt : std::optional(sum_ / weight_);
  }

 private:
  double sum_ = 0, weight_ = 0;
};

/// What a query adds to figures of first structures that are not the truth, by its miss_share().
std::optional<double> tanimoto_on_miss(const QueryResult& result);
std::optional<double> distance_on_miss(const QueryResult& result);

/// Recall@K, MRR, similarity and distance of queries, added one by one: a query without rank is a
/// miss in every denominator but those of similarity and distance, which need a first structure.
class MetricSums {
 public:
  MetricSums(std::vector<std::size_t> cutoffs, TieRule ties);
  void add(const QueryResult& result);
  std::size_t count() const noexcept { return count_; }
  /// Without the median rank, which needs all ranks at once.
  Metrics metrics() const;

 private:
  std::vector<std::size_t> cutoffs_;
  TieRule ties_;
  std::vector<double> hits_;
  std::vector<std::size_t> unknown_;  // lists that end before the cutoff
  double reciprocals_ = 0;
  std::size_t count_ = 0;
  PartialMean similarity_, distance_, distance_on_misses_;
};

/// Whether the ranking behind a result was cut off before the cutoff, so that a recall is unknown.
bool ends_before(const QueryResult& result, std::size_t cutoff);

/// The middle rank, misses behind all ranks; nothing when the middle is a miss.
std::optional<double> median_rank(std::span<const QueryResult> results, TieRule ties);

/// Recall@K, MRR, median rank, similarity, distance. A recall is without value where a ranked list
/// ends before K and is not complete.
Metrics measure(std::span<const QueryResult> results,
                const std::vector<std::size_t>& cutoffs = {1, 5, 20},
                TieRule ties = TieRule::worst);

}  // namespace specbridge
