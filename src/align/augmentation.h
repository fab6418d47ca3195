#pragma once

#include "specbridge/align/settings.h"
#include "specbridge/base/random.h"
#include "specbridge/ms/preprocess.h"

namespace specbridge {

/// Whether the settings change spectra at all.
bool augments(const TrainSettings& settings);

/// A spectrum as a repeated measurement might have shown it: peaks below drop_peak_below are
/// dropped with drop_peak_probability, intensities are multiplied by log-normal noise and scaled to
/// base peak 1 again. Row 0, the precursor, stays; so does the base peak.
EncoderInput augmented(const EncoderInput& input, const TrainSettings& settings, Random random);

}  // namespace specbridge
