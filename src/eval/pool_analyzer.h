#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "eval/scoring.h"
#include "specbridge/eval_settings.h"
#include "specbridge/tie_rule.h"
#include "stats/histogram.h"

namespace specbridge {

/// Scores of truths and of decoys over [-1, 1]: how far a model keeps them apart.
struct Separation {
  Histogram truths, decoys;
  std::size_t not_numbers = 0;  ///< scores left out for being none
  std::size_t beyond = 0;       ///< scores left out for being outside of [-1, 1]
};

/// Whether the scores are shown: there are some, and most of them are cosines. Else the histograms
/// say nothing about them.
bool is_of_cosines(const Separation& separation);
/// What was left out, in words for the reader of the report; empty when nothing was.
std::string left_out(const Separation& separation);

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

  /// Nothing when no whole pool was scored.
  std::optional<Separation> separation() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
