#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "specbridge/spectrum.h"
#include "specbridge/tolerance.h"
#include "specbridge/unit_mass.h"

namespace specbridge {

/// What is done to the peaks of a spectrum before it is compared with others. In this order: peaks
/// whose m/z or intensity is not finite or not positive are dropped; then those that belong to the
/// precursor; m/z become whole numbers where that is asked for; close peaks are merged; the noise
/// floor; the most intense of each window; the most intense of all; base peak 1. The default does
/// nothing but the first and the last. A spectrum without a precursor m/z keeps the peaks that
/// would have belonged to it.
struct CleaningRule {
  std::optional<double> below_precursor;   ///< Th: peaks above precursor m/z - this are dropped
  std::optional<double> around_precursor;  ///< Th: peaks this near the precursor m/z are dropped
  UnitMass unit_mass = UnitMass::none;     ///< peaks of one whole number become one with their sum
  /// Peaks closer than this become one, with the sum of their intensities, at their
  /// intensity-weighted m/z, the most intense first and again until all stand at least this far
  /// apart (Li et al., Nat Methods 18, 1524, 2021). The ppm are those of the upper of two peaks.
  Tolerance merge_within = {0, 0};
  double noise_floor = 0;        ///< share of the base peak below which peaks are dropped
  std::size_t window_peaks = 0;  ///< a peak stays if it is among so many within +-window; 0: any
  double window = 50;            ///< Th
  std::size_t max_peaks = 0;     ///< the most intense, of equals those of higher m/z; 0: all
};

/// The whole number that an m/z becomes, or itself.
double at_unit_mass(double mz, UnitMass unit_mass);

/// The peaks by ascending m/z, base peak 1; none where nothing is left.
std::vector<Peak> cleaned(std::span<const Peak> peaks, std::optional<double> precursor_mz,
                          const CleaningRule& rule);

}  // namespace specbridge
