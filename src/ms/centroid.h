#pragma once

#include <vector>

#include "specbridge/spectrum.h"

namespace specbridge {

/// The peaks of a spectrum that was recorded as a profile: one for each local maximum, with its
/// height, at the intensity-weighted m/z of the points above half of that height. Two maxima are
/// one where the valley between them is no deeper than a fifth of the lower. Points that stand
/// apart from all others stay; where most do, the spectrum is no profile, whatever its file says,
/// and comes back as it is.
std::vector<Peak> centroided(std::vector<Peak> points);

}  // namespace specbridge
