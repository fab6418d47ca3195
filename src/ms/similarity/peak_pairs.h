#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ms/similarity/match_width.h"
#include "ms/similarity/mz_bins.h"

namespace specbridge {

/// Two peaks that may be one: places in their spectra and the product of their weights.
struct PeakPair {
  std::uint32_t reference = 0, query = 0;
  double product = 0;
};

/// Peaks of one spectrum as pairs are looked for: [peaks] by ascending m/z.
struct WeightedPeaks {
  std::span<const double> mz, weight;
  const MzBins& bins;
};

/// A list of pairs that keeps its memory, and to which a pair can be added or not without a branch.
class PairList {
 public:
  void clear() noexcept { size_ = 0; }
  /// Makes room for so many more calls of add_if().
  void make_room(std::size_t more) {
    if (room_.size() < size_ + more) room_.resize(2 * (size_ + more));
  }
  void add_if(bool wanted, const PeakPair& pair) noexcept {
    room_[size_] = pair;
    size_ += wanted ? 1 : 0;
  }
  void shorten(std::size_t size) noexcept { size_ = size; }
  std::span<PeakPair> pairs() noexcept { return {room_.data(), size_}; }
  std::span<const PeakPair> pairs() const noexcept { return {room_.data(), size_}; }

 private:
  std::vector<PeakPair> room_;
  std::size_t size_ = 0;
};

/// How pairs are chosen among those that share peaks.
enum class Pairing { greedy, optimal };

/// The pairs of peaks of two spectra. One object serves many comparisons and keeps its memory.
class PeakPairs {
 public:
  void clear() noexcept { list_.clear(); }
  /// Adds all pairs whose m/z agree, by ascending m/z of the reference, then of the query.
  void add(const WeightedPeaks& query, const WeightedPeaks& reference, const MatchWidth& width);
  /// The same once `shift` is added to the query's m/z.
  void add_shifted(const WeightedPeaks& query, const WeightedPeaks& reference,
                   const MatchWidth& width, double shift);
  /// Leaves every peak one partner at most. Greedy: the largest product first, of equals the pair
  /// that was added last (as matchms does it). Optimal: the largest sum of products; pairs of
  /// product 0 are left out.
  void choose(Pairing pairing, std::size_t query_peaks, std::size_t reference_peaks);
  double sum() const noexcept;
  std::span<const PeakPair> pairs() const noexcept { return list_.pairs(); }
  /// The sum of squared weights of the query's peaks that have a partner.
  double query_power(const WeightedPeaks& query);

 private:
  /// Finds the peaks that several pairs want; false where there is none.
  bool find_contested(std::size_t query_peaks, std::size_t reference_peaks);
  bool is_contested(const PeakPair& pair) const noexcept {
    return contested_queries_[pair.query] == mark_ ||
           contested_references_[pair.reference] == mark_;
  }
  void start_marking(std::size_t query_peaks, std::size_t reference_peaks);
  /// Marks both peaks of a pair; false where one was marked before.
  bool mark(const PeakPair& pair) noexcept;
  template <typename Wanted>
  void leave_if(Wanted wanted);
  void choose_greedily();
  void choose_best();

  PairList list_;
  // What holds mark_ is marked, so that nothing needs to be cleared: [peaks].
  std::vector<std::uint32_t> query_marks_, reference_marks_;
  std::vector<std::uint32_t> contested_queries_, contested_references_;
  std::uint32_t mark_ = 0;
  std::vector<std::uint32_t> order_;
};

}  // namespace specbridge
