#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "eval/certainty_report.h"
#include "eval/scoring.h"
#include "search/score_queries.h"
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
  /// Of the first run, by query: scores of the candidates of its pool, in their order; empty where
  /// it was not ranked.
  const std::vector<std::vector<float>>& scores() const noexcept { return scores_; }
  /// Of the first run, by query; empty where the searcher gives no probability.
  const std::vector<QueryCertainty>& certainties() const noexcept { return certainties_; }

 private:
  void keep(std::size_t place, const Query& query, std::span<const FragmentPeak> peaks,
            const TruthRecord& truth, const CandidateSet& set, const QueryScores& scores);

  const SearchParts& parts_;
  PoolScoring scoring_;
  std::size_t with_pool_ = 0;
  std::vector<std::vector<QueryResult>> results_;
  std::vector<std::vector<float>> scores_;
  std::vector<QueryCertainty> certainties_;
};

}  // namespace specbridge
