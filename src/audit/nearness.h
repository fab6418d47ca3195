#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "chem/morgan.h"
#include "eval/scoring.h"
#include "pools/pools.h"
#include "specbridge/context.h"
#include "specbridge/eval_settings.h"

namespace specbridge {

/// How near a molecule is to those of a training: its largest Tanimoto similarity to one of them,
/// and the means of the 10 and of the 100 largest (of all where there are fewer).
using Nearness = std::array<double, 3>;

/// Fingerprints of the molecules that a model was trained on.
struct TrainingFingerprints {
  std::vector<FingerprintBits> molecules;
  std::uint32_t length = 0;  ///< of each, see morgan_bits()
};

/// Molecules that a model was trained on, to find the nearest of. Thread-safe.
class TrainingNeighbours {
 public:
  explicit TrainingNeighbours(std::span<const FingerprintBits> molecules);
  Nearness of(const FingerprintBits& molecule) const;

 private:
  std::vector<std::vector<std::uint32_t>> holders_;  // of each bit: the molecules that have it
  std::vector<std::size_t> sizes_;                   // bits of each molecule
};

/// What pools give away without any spectrum to who knows the training molecules, and what a score
/// adds to that.
struct NearnessResults {
  std::vector<QueryResult> nearest;    ///< by the largest similarity alone
  std::vector<QueryResult> prior;      ///< by three numbers, weighed
  std::vector<QueryResult> and_score;  ///< by the same and the score, weighed
};

/// Ranks every query's pool so. Weights are fitted to the queries of one half of the molecules and
/// rank the other half (docs/method/audit.md).
/// @param scores by query, of the candidates of its pool; empty where it was not ranked
NearnessResults rank_by_nearness(const std::vector<TruthRecord>& truths,
                                 const CandidatePools& pools, const TrainingFingerprints& training,
                                 const std::vector<std::vector<float>>& scores,
                                 const RankingRules& rules, const RunContext& context);

}  // namespace specbridge
