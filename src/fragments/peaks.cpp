#include "fragments/peaks.h"

#include <algorithm>
#include <cmath>

namespace specbridge {
namespace {

constexpr std::size_t kMostPeaks = 40;
constexpr double kLeastShare = 0.005;
constexpr double kBelowPrecursor = 0.3;  // Th: fragments are lighter than that
constexpr double kAboutPrecursor = 0.5;  // Th: what the largest peak is sought below

bool is_peak(const Peak& peak) {
  return std::isfinite(peak.mz) && std::isfinite(peak.intensity) && peak.mz > 0 &&
         peak.intensity > 0;
}

}  // namespace

std::vector<FragmentPeak> fragment_peaks(const Spectrum& spectrum) {
  if (!spectrum.precursor_mz) return {};
  double largest = 0;
  for (const Peak& peak : spectrum.peaks) {
    const bool counts = is_peak(peak) && peak.mz < *spectrum.precursor_mz + kAboutPrecursor;
    if (counts) largest = std::max(largest, peak.intensity);
  }
  std::vector<FragmentPeak> peaks;
  for (const Peak& peak : spectrum.peaks) {
    if (!is_peak(peak) || peak.mz >= *spectrum.precursor_mz - kBelowPrecursor) continue;
    if (peak.intensity < kLeastShare * largest) continue;
    peaks.push_back({peak.mz, static_cast<float>(peak.intensity / largest), 0});
  }
  std::ranges::sort(peaks, [](const FragmentPeak& a, const FragmentPeak& b) {
    return a.intensity != b.intensity ? a.intensity > b.intensity : a.mz < b.mz;
  });
  if (peaks.size() > kMostPeaks) peaks.resize(kMostPeaks);
  for (std::size_t i = 0; i < peaks.size(); ++i) peaks[i].rank = i;
  return peaks;
}

}  // namespace specbridge
