#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eval/metrics.h"
#include "eval/pool_analyzer.h"
#include "specbridge/tie_rule.h"
#include "stats/histogram.h"

namespace specbridge {

/// Recall at many cutoffs, and what a random order gives there.
struct CurvePoint {
  std::size_t cutoff = 0;
  std::optional<double> recall;
  double random = 0;
};

/// Queries by the rank of their truth, first to last both included.
struct RankBin {
  std::size_t first = 0, last = 0, queries = 0;
};

/// What pools of another size would give.
struct SweepPoint {
  std::size_t pool_size = 0;  ///< the truth and decoys drawn at random from its pool
  std::size_t smaller = 0;    ///< queries whose whole pool is smaller and was taken as it is
  /// By cutoff; without value where a truth behind the end of its list may or may not be among the
  /// first.
  std::map<std::size_t, std::optional<double>> recall;
  std::optional<double> mrr;  ///< without value where a truth is behind the end of its list
};

/// Queries that have something in common.
struct Stratum {
  std::string label;
  std::size_t queries = 0;
  Metrics metrics;
};

/// Figures by one property of the queries.
struct Breakdown {
  std::string property;  ///< "adduct", "instrument", "collision_energy", "precursor_mz", ...
  std::vector<Stratum> strata;
};

/// What the queries were like: similarity of the nearest decoy (or training molecule).
struct SimilaritySummary {
  Histogram histogram;  ///< 50 bins over [0, 1]
  std::size_t queries = 0;
  double mean = 0, median = 0;
};

/// MCES distances of first structures to their truths.
struct DistanceSummary {
  Histogram histogram;      ///< bins of 1 from 0 up
  std::size_t queries = 0;  ///< with a distance
  std::size_t misses = 0;   ///< those of them whose truth is not first, or not in all orders
  std::size_t beyond = 0;   ///< beyond the threshold: a lower bound or the threshold
  std::size_t capped = 0;   ///< given up: the proven lower bound
};

/// What the figures are made of.
struct Analyses {
  std::vector<CurvePoint> curve;
  std::vector<RankBin> ranks;
  std::vector<SweepPoint> sweep;
  std::optional<SimilaritySummary> hardness, training;
  std::optional<DistanceSummary> mces;
  std::optional<Separation> separation;
  std::vector<Breakdown> breakdowns;
};

struct AnalysisSettings {
  std::vector<std::size_t> cutoffs = {1, 5, 20};
  TieRule ties = TieRule::worst;
  std::vector<std::size_t> pool_sizes =
      {};  ///< of the sweep; empty: powers of two up to the largest
};

/// All but the separation, which only the scores of whole pools can give.
Analyses analyse(std::span<const QueryResult> results, const AnalysisSettings& settings);

/// Expected recall and reciprocal rank of a truth with `above` of `decoys` in front of it when only
/// `pool_size` - 1 of the decoys, drawn at random, are kept: hypergeometric, no sampling.
/// Defined in eval/pool_sweep.cpp.
double recall_in_smaller_pool(std::size_t decoys, std::size_t above, std::size_t pool_size,
                              std::size_t cutoff);
double reciprocal_rank_in_smaller_pool(std::size_t decoys, std::size_t above,
                                       std::size_t pool_size);

/// Defined in eval/breakdowns.cpp.
/// A collision energy as text, sorted into a bin: "15 to 25 eV", "15 to 25 normalised", "15 to 25
/// without unit", "ramp or other", "not stated".
std::string collision_energy_bin(const std::string& text);

}  // namespace specbridge
