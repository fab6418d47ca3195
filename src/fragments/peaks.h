#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "specbridge/spectrum.h"

namespace specbridge {

/// A peak that fragments are to explain.
struct FragmentPeak {
  double mz = 0;         ///< Th
  float intensity = 0;   ///< share of the largest, in (0, 1]
  std::size_t rank = 0;  ///< by intensity, 0 the largest that is left
};

/// Whether fragments are to explain a peak, or why not.
enum class PeakUse {
  read,            ///< they are
  no_peak,         ///< m/z or intensity is not a number above 0
  no_precursor,    ///< the spectrum states no precursor m/z
  at_precursor,    ///< at or above the precursor: not more than 0.3 Th below it
  weak,            ///< below 0.5 % of the largest
  beyond_largest,  ///< 40 others are larger
};
/// The word of tables: "read", "at_precursor" ...
std::string_view to_string(PeakUse use);

/// A peak of a spectrum, as fragment_peaks() looks at it.
struct JudgedPeak {
  FragmentPeak peak;  ///< the rank of one that is not read is 0, its share may be above 1
  PeakUse use = PeakUse::read;
};

/// All peaks of a spectrum, in its order. Shares are of the largest peak up to the precursor (0.5
/// Th more); 0 where there is none.
std::vector<JudgedPeak> judged_peaks(const Spectrum& spectrum);

/// Those that fragments are to explain, the largest first.
std::vector<FragmentPeak> read_peaks(std::span<const JudgedPeak> peaks);

/// The same of a spectrum: its peaks below the precursor, the largest first: at least 0.5 % of the
/// largest (the precursor included), at most 40.
std::vector<FragmentPeak> fragment_peaks(const Spectrum& spectrum);

}  // namespace specbridge
