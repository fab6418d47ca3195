#pragma once

#include <memory>
#include <optional>

#include "specbridge/eval/histogram.h"
#include "specbridge/eval/scoring.h"

namespace specbridge {

/// Scores of truths and of decoys over [-1, 1]: how far a model keeps them apart.
struct Separation {
  Histogram truths, decoys;
};

/// Whether every candidate is compared with the truth, which takes a fingerprint of each.
enum class HardnessRun { skip, measure };
/// Whether the SMILES of the pools are standardised already.
enum class PoolSpelling { standardised, as_written };

/// Fills the similarities of a query while its pool is in memory, and collects the scores of truths
/// and decoys. Memory has a bound, whatever the number of queries.
class PoolAnalyzer final : public PoolObserver {
 public:
  struct Settings {
    RankingRules rules;
    TieRule ties = TieRule::worst;
    PoolSpelling spelling = PoolSpelling::standardised;
    HardnessRun hardness = HardnessRun::skip;
    std::size_t threads = 1;  ///< for one pool
  };
  explicit PoolAnalyzer(Settings settings);
  ~PoolAnalyzer() override;

  void observe(const TruthRecord& truth, std::span<const ScoredCandidate> structures,
               QueryResult& result) override;

  /// Nothing when no whole pool was scored, or a score was no cosine (outside of [-1, 1]).
  std::optional<Separation> separation() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
