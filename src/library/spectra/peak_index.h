#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "library/spectra/spectral_layout.h"
#include "store/block_file.h"
#include "store/manifest.h"

namespace specbridge {

/// Millionths of 1 Th: the unit of stored m/z. The largest is 4,294.97 Th.
using MicroMz = std::uint32_t;
constexpr double kMicroMzPerTh = 1e6;
constexpr double kMostStoredMz = 4294.9;  // Th

/// The nearest stored m/z. @param mz in [0, kMostStoredMz]
MicroMz micro_mz(double mz);
/// The same of any m/z: one that cannot be stored is taken to the nearest that can.
MicroMz nearest_micro_mz(double mz);
inline double th_of(MicroMz mz) {
  return static_cast<double>(mz) / kMicroMzPerTh;
}

/// Peaks of all spectra by ascending m/z, or by ascending neutral loss: which spectra have a peak
/// there, and how much it weighs. Thread-safe.
class PeakIndex {
 public:
  /// @throws ArtifactError when the files do not hold one number of peaks
  PeakIndex(const Manifest& manifest, const spectral_layout::PeakIndexFiles& files);

  struct Postings {
    std::span<const std::uint32_t> spectra;
    std::span<const float> weights;
  };
  std::size_t peaks() const noexcept { return peaks_; }
  /// The peaks whose m/z lies in [low, high].
  Postings between(MicroMz low, MicroMz high) const;

 private:
  BlockFile mz_, spectrum_, weight_;
  std::size_t peaks_;
};

}  // namespace specbridge
