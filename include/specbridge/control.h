#pragma once

#include <string>

namespace specbridge {

/// What a model is shown instead of the spectrum: the controls of an honest evaluation.
enum class Control {
  none,       ///< the spectrum
  zeroed,     ///< the peaks' m/z with intensity 0
  flat,       ///< the peaks' m/z, all equally intense: what masses alone give
  precursor,  ///< the precursor only
  swapped,    ///< the spectrum of another molecule's query of the same ion mode
  isomer,     ///< the same of an isomer, where a query is of one
  mean,       ///< nothing: every query gets the mean training target
  withheld,   ///< the peaks below the precursor, whose own m/z is not told
  untold,     ///< the spectrum; its own structure is kept from what a decoder is told
};

// Defined in search/controls.cpp, beside the table of controls.

/// Those that an evaluation can be asked for by name: "none", "zeroed", "flat", "precursor",
/// "swapped", "isomer", "mean", "untold". @throws UsageError
Control parse_control(const std::string& name);
std::string to_string(Control control);

}  // namespace specbridge
