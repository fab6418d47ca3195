#pragma once

#include <cstddef>
#include <vector>

#include "pipeline/similarity/compared_spectra.h"

namespace specbridge {

/// A pair that gets a row.
struct ScoredPair {
  std::size_t reference = 0;       ///< place in the records of the references
  std::vector<Similarity> scores;  ///< [scores]
};

/// What came of one query.
struct BestPairs {
  std::vector<ScoredPair> pairs;  ///< by the first score, of equals the earlier reference first
  std::size_t compared = 0;
};

/// Whether two records are of one kind, and may show one ion: their polarities are not known to
/// differ.
bool comparable(const ComparedSpectrum& a, const ComparedSpectrum& b);

/// Both sides of a comparison.
struct BothSides {
  const ComparedSpectra& queries;
  const ComparedSpectra& references;
  /// Of one file with itself a record is never compared with itself, and without --k every pair
  /// once, with the earlier record as its query.
  bool is_same() const noexcept { return &queries == &references; }
};

/// Queries [first, first + size) of one side.
struct QueryRange {
  std::size_t first = 0, size = 0;
};

/// The references of some queries that get a row, [queries].
std::vector<BestPairs> best_pairs(const QueryRange& queries, const BothSides& sides,
                                  const SpectrumComparer& comparer, const SimilarityConfig& config);

}  // namespace specbridge
