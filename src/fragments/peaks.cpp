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

double largest_of(const Spectrum& spectrum) {
  double largest = 0;
  for (const Peak& peak : spectrum.peaks) {
    const bool counts = is_peak(peak) && peak.mz < *spectrum.precursor_mz + kAboutPrecursor;
    if (counts) largest = std::max(largest, peak.intensity);
  }
  return largest;
}

/// Before peaks are counted.
PeakUse use_of(const Peak& peak, double precursor_mz, double largest) {
  if (!is_peak(peak)) return PeakUse::no_peak;
  if (peak.mz >= precursor_mz - kBelowPrecursor) return PeakUse::at_precursor;
  return peak.intensity < kLeastShare * largest ? PeakUse::weak : PeakUse::read;
}

bool is_larger(const FragmentPeak& a, const FragmentPeak& b) {
  return a.intensity != b.intensity ? a.intensity > b.intensity : a.mz < b.mz;
}

/// Ranks what is read, and passes over what is too many.
void count_peaks(std::vector<JudgedPeak>& peaks) {
  std::vector<JudgedPeak*> read;
  for (auto& judged : peaks) {
    if (judged.use == PeakUse::read) read.push_back(&judged);
  }
  std::ranges::stable_sort(
      read, [](const JudgedPeak* a, const JudgedPeak* b) { return is_larger(a->peak, b->peak); });
  for (std::size_t i = 0; i < read.size(); ++i) {
    if (i < kMostPeaks) {
      read[i]->peak.rank = i;
    } else {
      read[i]->use = PeakUse::beyond_largest;
    }
  }
}

}  // namespace

std::string_view to_string(PeakUse use) {
  switch (use) {
    case PeakUse::read:
      return "read";
    case PeakUse::no_peak:
      return "no_peak";
    case PeakUse::no_precursor:
      return "no_precursor";
    case PeakUse::at_precursor:
      return "at_precursor";
    case PeakUse::weak:
      return "weak";
    case PeakUse::beyond_largest:
      return "beyond_largest";
  }
  return "";
}

std::vector<JudgedPeak> judged_peaks(const Spectrum& spectrum) {
  const double largest = spectrum.precursor_mz ? largest_of(spectrum) : 0;
  std::vector<JudgedPeak> peaks;
  peaks.reserve(spectrum.peaks.size());
  for (const Peak& peak : spectrum.peaks) {
    const bool has_share = largest > 0 && std::isfinite(peak.intensity);
    const auto share = static_cast<float>(has_share ? peak.intensity / largest : 0);
    const auto use = spectrum.precursor_mz ? use_of(peak, *spectrum.precursor_mz, largest)
                                           : PeakUse::no_precursor;
    peaks.push_back({{peak.mz, share, 0}, use});
  }
  count_peaks(peaks);
  return peaks;
}

std::vector<FragmentPeak> read_peaks(std::span<const JudgedPeak> peaks) {
  std::vector<FragmentPeak> read;
  for (const auto& [peak, use] : peaks) {
    if (use == PeakUse::read) read.push_back(peak);
  }
  std::ranges::sort(read, {}, &FragmentPeak::rank);
  return read;
}

std::vector<FragmentPeak> fragment_peaks(const Spectrum& spectrum) {
  return read_peaks(judged_peaks(spectrum));
}

}  // namespace specbridge
