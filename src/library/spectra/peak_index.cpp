#include "library/spectra/peak_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "specbridge/error.h"

namespace specbridge {

MicroMz micro_mz(double mz) {
  return static_cast<MicroMz>(std::llround(mz * kMicroMzPerTh));
}

MicroMz nearest_micro_mz(double mz) {
  return micro_mz(std::clamp(mz, 0.0, kMostStoredMz));
}

PeakIndex::PeakIndex(const Manifest& manifest, const spectral_layout::PeakIndexFiles& files)
    : mz_(manifest.open_block_file(files.mz)),
      spectrum_(manifest.open_block_file(files.spectrum)),
      weight_(manifest.open_block_file(files.weight)),
      peaks_(mz_.size() / sizeof(MicroMz)) {
  if (mz_.size() % sizeof(MicroMz) == 0 && spectrum_.size() == mz_.size() &&
      weight_.size() == mz_.size()) {
    return;
  }
  throw ArtifactError(
      fmt::format("{}: {}, {} and {} do not hold one number of peaks; build it again",
                  manifest.dir().string(), files.mz, files.spectrum, files.weight));
}

PeakIndex::Postings PeakIndex::between(MicroMz low, MicroMz high) const {
  const auto mz = mz_.values<MicroMz>(0, peaks_);
  const auto first = std::lower_bound(mz.begin(), mz.end(), low);
  const auto last = std::upper_bound(first, mz.end(), high);
  const auto begin = static_cast<std::uint64_t>(first - mz.begin());
  const auto count = static_cast<std::uint64_t>(last - first);
  return {spectrum_.values<std::uint32_t>(begin, count), weight_.values<float>(begin, count)};
}

}  // namespace specbridge
