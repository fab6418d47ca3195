#pragma once

#include <string>

#include "specbridge/spectrum.h"

namespace specbridge {

/// What mzML states of the first precursor: numbers as texts, "" where there is none.
struct PrecursorTexts {
  std::string ion_mz = {};  ///< of the selected ion
  std::string target = {}, lower = {},
              upper = {};  ///< of the isolation window: m/z, and how far it reaches
  std::string low_end = {},
              high_end = {};  ///< its ends, m/z: where it is not said how far it reaches
  bool has_ion() const;       ///< the selected ion has an m/z other than 0
};

/// Gives a spectrum its isolation window. A selected ion outside of it cannot be what was
/// fragmented: the target becomes the precursor, and both are kept for the search.
void judge_isolation(const PrecursorTexts& stated, Spectrum& spectrum);

}  // namespace specbridge
