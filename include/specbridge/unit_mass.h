#pragma once

#include <string_view>

namespace specbridge {

/// How an m/z becomes a whole number: spectra of electron ionisation are compared by these.
enum class UnitMass {
  none,      ///< it stays as it is
  round,     ///< the nearest, of two the larger: 92.98 is 93, 84.5 is 85
  truncate,  ///< what stands before the point: 92.98 is 92
};

// Defined in ms/similarity/peak_cleaning.cpp.

/// "none", "round", "truncate".
std::string_view to_string(UnitMass unit_mass);
/// @throws UsageError for other names
UnitMass parse_unit_mass(std::string_view name);

}  // namespace specbridge
