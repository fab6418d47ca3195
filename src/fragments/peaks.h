#pragma once

#include <cstddef>
#include <vector>

#include "specbridge/spectrum.h"

namespace specbridge {

/// A peak that fragments are to explain.
struct FragmentPeak {
  double mz = 0;         ///< Th
  float intensity = 0;   ///< share of the largest, in (0, 1]
  std::size_t rank = 0;  ///< by intensity, 0 the largest that is left
};

/// The peaks of a spectrum below its precursor, the largest first: at least 0.5 % of the largest
/// (the precursor included), at most 40.
std::vector<FragmentPeak> fragment_peaks(const Spectrum& spectrum);

}  // namespace specbridge
