#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ms/similarity/match_width.h"

namespace specbridge {

/// Peaks [first, last) of a spectrum.
struct PeakRange {
  std::uint32_t first = 0, last = 0;
};

/// A set of bins of 1 Th as bits, and for each bin of the set a range of peaks. The last bin holds
/// whatever is above.
class BinnedRanges {
 public:
  static constexpr std::size_t kWords = 16, kBins = 64 * kWords;
  static std::size_t bin_of(double mz) noexcept;

  /// Adds a peak to bins [low, high]. Peaks come in ascending order, and so do their bins.
  void add(std::uint32_t peak, std::size_t low, std::size_t high);
  /// Call once after the last add().
  void finish() noexcept;

  std::uint64_t word(std::size_t i) const noexcept { return words_[i]; }
  /// The range of a bin of the set: `bit` of the word `i`.
  PeakRange range(std::size_t i, int bit) const noexcept {
    const std::uint64_t below = words_[i] & ((std::uint64_t{1} << bit) - 1);
    return ranges_[before_[i] + static_cast<std::size_t>(std::popcount(below))];
  }

 private:
  std::array<std::uint64_t, kWords> words_{};
  std::array<std::uint32_t, kWords> before_{};  // bins of the set in lower words
  std::vector<PeakRange> ranges_;
  std::size_t next_ = 0;  // the bin after the last of the set
};

/// Where a spectrum has peaks, and where others may have some that match them. Most pairs of
/// spectra share few bins, so that most of their peaks need not be looked at.
struct MzBins {
  BinnedRanges peaks, windows;
};

/// @param mz [peaks], ascending
MzBins binned(std::span<const double> mz, const MatchWidth& width);

/// Calls visit(query peaks, reference peaks) for each bin in which the query has peaks and the
/// reference may have matching ones; each pair of peaks that match comes in one call. Inlined, so
/// that callers that are compiled for newer processors count bits in one step.
template <typename Visit>
[[gnu::always_inline]] inline void for_each_common_bin(const MzBins& query, const MzBins& reference,
                                                       Visit visit) {
  for (std::size_t i = 0; i < BinnedRanges::kWords; ++i) {
    std::uint64_t common = query.peaks.word(i) & reference.windows.word(i);
    for (; common != 0; common &= common - 1) {
      const int bit = std::countr_zero(common);
      visit(query.peaks.range(i, bit), reference.windows.range(i, bit));
    }
  }
}

}  // namespace specbridge
