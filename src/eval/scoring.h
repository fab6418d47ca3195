#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eval/result.h"
#include "pools/pools.h"

namespace specbridge {

/// The pool of a truth, as rows of the pools' molecules; nullptr: there is none.
const std::vector<std::size_t>* pool_of(const TruthRecord& truth, const CandidatePools& pools);

/// One candidate with its score; several may be one structure.
struct ScoredCandidate {
  std::string_view key;  ///< what tells its structure: see Identity
  std::string_view smiles;
  double score = 0;  ///< higher is better; not a number: worst
  std::size_t order =
      0;  ///< which of equal scores is named as best: lower order, then smaller SMILES
};

/// Ranks one pool, each structure with the score of its best member, and leaves in `candidates`
/// what was ranked. The result does not depend on their order. Status: ok, truth_not_in_pool,
/// empty_pool.
QueryResult rank_structures(const TruthRecord& truth, std::vector<ScoredCandidate>& candidates,
                            const RankingRules& rules);
/// Learns from ranked pools while they are in memory. Called from several threads.
class PoolObserver {
 public:
  virtual ~PoolObserver() = default;
  /// @param structures what was ranked, in no particular order
  /// @param result complete but for what the observer adds; without score when the list has ranks
  /// only (then the structures' scores are made up of them)
  virtual void observe(const TruthRecord& truth, std::span<const ScoredCandidate> structures,
                       QueryResult& result) = 0;
};

/// How pools are ranked, and who else looks at them.
struct PoolScoring {
  RankingRules rules;
  PoolObserver* observer = nullptr;  ///< nullptr: nobody
};

/// Ranks a pool that a model scored.
/// @param pool rows of `molecules`; nullptr: there is none (status no_pool)
/// @param scores one per row of `pool`
/// A truth that cannot be evaluated keeps its own status.
QueryResult score_pool(const TruthRecord& truth, const std::vector<Molecule>& molecules,
                       const std::vector<std::size_t>* pool, std::span<const float> scores,
                       const PoolScoring& scoring = {});

}  // namespace specbridge
