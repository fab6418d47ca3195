#pragma once

#include <string>
#include <string_view>

#include "specbridge/adduct.h"

namespace specbridge {

/// A precursor tolerance: the larger of a relative and an absolute half width, both of the measured
/// m/z.
struct Tolerance {
  double ppm = 10;
  double dalton = 0;
};

/// Reads "10ppm", "0.005Da" or "10ppm,0.005Da" (the larger of both).
/// @throws UsageError
Tolerance parse_tolerance(std::string_view text);

/// "10ppm", "0.005Da" or both with a comma.
std::string to_string(const Tolerance& tolerance);

/// How far an m/z may lie from a measured one, Th.
double half_width(const Tolerance& tolerance, double measured_mz);

/// Neutral masses in [low, high], Da.
struct MassWindow {
  double low = 0, high = 0;
};

/// The neutral masses whose ion m/z lies within the tolerance of the measured one.
MassWindow mass_window(const Adduct& adduct, double measured_mz, const Tolerance& tolerance);

/// (measured - theoretical m/z) / theoretical x 10^6.
double mass_error_ppm(double measured_mz, double theoretical_mz);

}  // namespace specbridge
