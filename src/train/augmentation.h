#pragma once

#include "base/random.h"
#include "ms/preprocess.h"
#include "specbridge/train_settings.h"

namespace specbridge {

/// Whether the settings change spectra at all.
bool augments(const TrainSettings& settings);

/// A spectrum as a repeated measurement might have shown it: peaks below drop_peak_below are
/// dropped with drop_peak_probability, intensities are multiplied by log-normal noise and scaled to
/// base peak 1 again, and every m/z, the precursor's too, gets a normal error of mz_jitter_ppm.
/// No intensity of row 0 and no base peak changes.
PeakRows augmented(const PeakRows& input, const TrainSettings& settings, Random random);

/// The same m/z, every intensity but that of row 0 multiplied by log-normal noise and scaled to
/// base peak 1 again. @param sigma of the noise
PeakRows with_other_intensities(const PeakRows& input, double sigma, Random random);

}  // namespace specbridge
