#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/spectrum.h"

#include "specbridge/status.h"

namespace specbridge {

/// How peaks are cleaned before they reach an encoder. It comes from the encoder's manifest, is
/// stored in the model and applied identically in training and search. In this order: peaks whose
/// m/z or intensity is not finite or not positive are dropped; then those far above the precursor;
/// equal m/z are merged; the noise floor; the most intense peaks; ascending m/z; base peak 1.
/// The default is `dreams` (Bushuiev et al. 2025), which neither merges nor drops peaks above the
/// precursor or below a floor, with two rules of our own: of equal intensities the later peak is
/// kept, and a spectrum without a positive peak is refused.
struct PreprocessProfile {
  std::string name = "dreams";
  std::size_t max_peaks = 60;        ///< the most intense are kept, then ordered by m/z
  double precursor_intensity = 1.1;  ///< intensity of row 0
  double noise_floor = 0;            ///< share of the base peak below which peaks are dropped
  double max_above_precursor = std::numeric_limits<double>::infinity();  ///< Th
  bool merge_equal_mz = false;  ///< peaks of exactly one m/z become one with their sum
};

/// Rows [n, 2] of m/z and intensity: row 0 is the precursor (m/z, 1.1; m/z 0 of a spectrum of
/// electron ionisation), then at most max_peaks peaks by ascending m/z, base peak 1. What encoders
/// make their input of, whatever its form.
struct PeakRows {
  std::vector<float> rows;  ///< 2 values a row, row-major
  std::size_t count() const noexcept { return rows.size() / 2; }
};

/// Which part of a spectrum an encoder is shown: the controls of an honest evaluation.
enum class PeakControl {
  none,       ///< the spectrum as it is
  zeroed,     ///< the peaks' m/z with intensity 0
  flat,       ///< the peaks' m/z, all as intense as the base peak
  precursor,  ///< row 0 only
};

/// The reason why `spectrum` cannot be encoded, if there is one.
std::optional<Refusal> refusal(const Spectrum& spectrum, const PreprocessProfile& profile = {});

/// Why a spectrum cannot be compared with spectra of its kind, if there is a reason: it has the
/// peaks, and the precursor where its kind has one.
std::optional<Refusal> refusal_of_reference(const Spectrum& spectrum);

/// Why there are no peaks to be looked at, if there is a reason: the record cannot be read, or has
/// none.
std::optional<Refusal> refusal_of_peaks(const Spectrum& spectrum);

/// The cleaned rows.
/// @throws std::invalid_argument when refusal(spectrum, profile) is not empty
PeakRows preprocess(const Spectrum& spectrum, const PreprocessProfile& profile);

/// What an encoder sees under a control.
PeakRows controlled(const PeakRows& input, PeakControl control);

/// The peaks without the molecule's mass: row 0 shows another m/z, and peaks from half a Th below
/// the precursor upwards, which would tell it, are left out. Without a precursor, all as they are.
PeakRows without_precursor_mz(const PeakRows& input, float shown_mz);

}  // namespace specbridge
