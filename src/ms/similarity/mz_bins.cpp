#include "ms/similarity/mz_bins.h"

#include <algorithm>

namespace specbridge {

std::size_t BinnedRanges::bin_of(double mz) noexcept {
  constexpr double kLast = kBins - 1;
  return static_cast<std::size_t>(std::clamp(mz, 0.0, kLast));
}

void BinnedRanges::add(std::uint32_t peak, std::size_t low, std::size_t high) {
  for (std::size_t bin = low; bin <= high; ++bin) {
    if (bin >= next_) {
      words_[bin / 64] |= std::uint64_t{1} << (bin % 64);
      ranges_.push_back({peak, peak + 1});
      next_ = bin + 1;
    } else {
      // The earlier peak that reached furthest began no later: all bins from here on are its own.
      ranges_[ranges_.size() - (next_ - bin)].last = peak + 1;
    }
  }
}

void BinnedRanges::finish() noexcept {
  std::uint32_t before = 0;
  for (std::size_t i = 0; i < kWords; ++i) {
    before_[i] = before;
    before += static_cast<std::uint32_t>(std::popcount(words_[i]));
  }
}

MzBins binned(std::span<const double> mz, const MatchWidth& width) {
  MzBins bins;
  for (std::size_t i = 0; i < mz.size(); ++i) {
    const auto peak = static_cast<std::uint32_t>(i);
    const std::size_t bin = BinnedRanges::bin_of(mz[i]);
    bins.peaks.add(peak, bin, bin);
    bins.windows.add(peak, BinnedRanges::bin_of(width.low(mz[i])),
                     BinnedRanges::bin_of(width.high(mz[i])));
  }
  bins.peaks.finish();
  bins.windows.finish();
  return bins;
}

}  // namespace specbridge
