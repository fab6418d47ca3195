#include "samples/blanks.h"

#include <algorithm>
#include <cmath>

namespace specbridge {
namespace {

/// The share of the intensity of `peaks` that lies within kSamePeak of one of `others`.
double share_found(const std::vector<Peak>& peaks, const std::vector<Peak>& others) {
  double share = 0;
  auto other = others.begin();
  for (const auto& [mz, intensity] : peaks) {
    while (other != others.end() && other->mz < mz - kSamePeak) ++other;
    if (other != others.end() && other->mz <= mz + kSamePeak) share += intensity;
  }
  return share;
}

}  // namespace

double shared_intensity(const std::vector<Peak>& a, const std::vector<Peak>& b) {
  if (a.empty() && b.empty()) return 1;
  return std::min(share_found(a, b), share_found(b, a));
}

std::vector<Peak> Blanks::compared_peaks(const Spectrum& spectrum) {
  std::vector<Peak> peaks;
  double all = 0;
  for (const auto& peak : spectrum.peaks) {
    if (!(peak.mz > 0 && peak.mz < *spectrum.precursor_mz - kBelowPrecursor)) continue;
    if (!(peak.intensity > 0) || !std::isfinite(peak.intensity)) continue;
    peaks.push_back(peak);
    all += peak.intensity;
  }
  for (auto& peak : peaks) peak.intensity /= all;
  std::ranges::sort(peaks, {}, &Peak::mz);
  return peaks;
}

void Blanks::add(const Spectrum& spectrum) {
  spectra_.push_back({*spectrum.precursor_mz, compared_peaks(spectrum),
                      words_of(spectrum, SamplePool::words),
                      words_of(spectrum, SamplePool::precursors)});
}

void Blanks::sort() {
  std::ranges::stable_sort(spectra_, {}, &Blank::precursor_mz);
}

bool Blanks::match(const Spectrum& spectrum) const {
  if (spectra_.empty()) return false;
  const double mz = *spectrum.precursor_mz, width = half_width(rule_.precursor, mz);
  auto blank = std::ranges::lower_bound(spectra_, mz - width, {}, &Blank::precursor_mz);
  if (blank == spectra_.end() || blank->precursor_mz > mz + width) return false;
  const auto peaks = compared_peaks(spectrum);
  for (; blank != spectra_.end() && blank->precursor_mz <= mz + width; ++blank) {
    if (shared_intensity(peaks, blank->peaks) >= rule_.shared_intensity) return true;
  }
  return false;
}

std::set<Word> Blanks::words(SamplePool pool) const {
  std::set<Word> words;
  for (const auto& blank : spectra_) {
    const auto& own = pool == SamplePool::words ? blank.words : blank.precursors;
    words.insert(own.begin(), own.end());
  }
  return words;
}

}  // namespace specbridge
