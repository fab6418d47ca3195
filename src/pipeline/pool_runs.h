#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "eval/scoring.h"
#include "search/search_parts.h"
#include "search/shown_queries.h"

namespace specbridge {

/// Pools of the same queries, ranked by a model under some controls; what comes out for every
/// query.
class PoolRuns {
 public:
  /// @param parts of a searcher over pools; must outlive the object
  /// @param scoring of the first run; the others are ranked by its rules, and nobody looks at them
  PoolRuns(const SearchParts& parts, std::size_t runs, PoolScoring scoring);

  /// Ranks some queries. @param shown what they show, one a run
  void add(std::span<const Query> queries, std::span<const TruthRecord> truths,
           std::span<const ShownQueries> shown);
  /// Queries that can be evaluated and have a pool.
  std::size_t with_pool() const noexcept { return with_pool_; }
  /// By run, then by query in the order of add().
  const std::vector<std::vector<QueryResult>>& results() const& noexcept { return results_; }
  std::vector<std::vector<QueryResult>> results() && { return std::move(results_); }

 private:
  const SearchParts& parts_;
  PoolScoring scoring_;
  std::size_t with_pool_ = 0;
  std::vector<std::vector<QueryResult>> results_;
};

}  // namespace specbridge
