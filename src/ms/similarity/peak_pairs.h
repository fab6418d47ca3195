#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "specbridge/tolerance.h"

namespace specbridge {

/// Two peaks that may be one: places in their spectra and the product of their weights.
struct PeakPair {
  std::uint32_t reference = 0, query = 0;
  double product = 0;
};

/// Peaks of one spectrum as pairs are looked for: [peaks] by ascending m/z.
struct WeightedPeaks {
  std::span<const double> mz, weight;
};

/// Which m/z count as equal to another. ppm are those of the mean of both.
class MatchWidth {
 public:
  explicit MatchWidth(const Tolerance& tolerance) noexcept;
  double low(double mz) const noexcept;
  double high(double mz) const noexcept;

 private:
  double dalton_, ratio_;
};

/// How pairs are chosen among those that share peaks.
enum class Pairing { greedy, optimal };

/// The pairs of peaks of two spectra. One object serves many comparisons and keeps its memory.
class PeakPairs {
 public:
  void clear() noexcept { pairs_.clear(); }
  /// Adds all pairs whose m/z agree once `shift` is added to the query's, by ascending m/z of the
  /// reference, then of the query.
  void add(const WeightedPeaks& query, const WeightedPeaks& reference, const MatchWidth& width,
           double shift);
  /// Leaves every peak one partner at most. Greedy: the largest product first, of equals the pair
  /// that was added last (as matchms does it). Optimal: the largest sum of products; pairs of
  /// product 0 are left out.
  void choose(Pairing pairing, std::size_t query_peaks, std::size_t reference_peaks);
  double sum() const noexcept;
  std::span<const PeakPair> pairs() const noexcept { return pairs_; }
  /// The sum of squared weights of the query's peaks that have a partner.
  double query_power(const WeightedPeaks& query);

 private:
  bool share_peaks(std::size_t query_peaks, std::size_t reference_peaks);
  void choose_greedily();
  void choose_best();
  void start_marking(std::size_t query_peaks, std::size_t reference_peaks);
  /// Marks both peaks of a pair; false where one was marked before.
  bool mark(const PeakPair& pair) noexcept;

  std::vector<PeakPair> pairs_;
  std::vector<std::uint32_t> query_marks_, reference_marks_, order_;
  std::uint32_t mark_ = 0;
};

}  // namespace specbridge
