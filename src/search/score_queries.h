#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "search/evidence/evidence.h"
#include "search/evidence/scorer.h"
#include "search/ranker.h"
#include "search/shown_queries.h"

namespace specbridge {

/// What scores candidates: stores and evidence.
struct ScoringParts {
  const RowStore& rows;
  const MoleculeStore& molecules;
  std::span<const Evidence> evidence;
  std::size_t rescore = 0;  ///< see score_block()
};

/// Scores queries with their candidates, as many at a time as memory allows; candidates are fetched
/// or encoded once for all runs.
/// @param queries may be empty where no evidence reads them
/// @param runs what the queries show, one a run (a control, for example)
/// @param consume called from several threads, once for every run and query with candidates
void score_queries(
    const ScoringParts& parts, std::span<const Query> queries, std::span<const CandidateSet> sets,
    std::span<const ShownQueries> runs, const RunContext& context,
    const std::function<void(std::size_t run, std::size_t query, const QueryScores&)>& consume);

}  // namespace specbridge
