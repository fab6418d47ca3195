#include "train/augmentation.h"

#include <algorithm>
#include <cmath>

namespace specbridge {
namespace {

/// Scales the peaks' intensities so that the largest is 1.
void scale_to_base_peak(std::vector<float>& rows) {
  float largest = 0;
  for (std::size_t i = 3; i < rows.size(); i += 2) largest = std::max(largest, rows[i]);
  if (!(largest > 0) || !std::isfinite(largest)) return;
  for (std::size_t i = 3; i < rows.size(); i += 2) rows[i] /= largest;
}

/// Moves every m/z by a normal error of its own.
void shift_masses(std::vector<float>& rows, double sigma_ppm, Random& random) {
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    rows[i] = static_cast<float>(rows[i] * (1 + 1e-6 * sigma_ppm * random.normal()));
  }
}

}  // namespace

bool augments(const TrainSettings& settings) {
  return settings.drop_peak_probability > 0 || settings.intensity_jitter > 0 ||
         settings.mz_jitter_ppm > 0;
}

PeakRows augmented(const PeakRows& input, const TrainSettings& settings, Random random) {
  PeakRows result;
  const std::size_t precursor = std::min<std::size_t>(2, input.rows.size());
  result.rows.assign(input.rows.begin(),
                     input.rows.begin() + static_cast<std::ptrdiff_t>(precursor));
  for (std::size_t i = precursor; i + 1 < input.rows.size(); i += 2) {
    const float intensity = input.rows[i + 1];
    const bool weak = intensity < 1 && intensity < settings.drop_peak_below;
    if (weak && random.uniform() < settings.drop_peak_probability) continue;
    const double factor =
        settings.intensity_jitter > 0 ? std::exp(settings.intensity_jitter * random.normal()) : 1;
    result.rows.push_back(input.rows[i]);
    result.rows.push_back(static_cast<float>(intensity * factor));
  }
  if (settings.intensity_jitter > 0) scale_to_base_peak(result.rows);
  if (settings.mz_jitter_ppm > 0) shift_masses(result.rows, settings.mz_jitter_ppm, random);
  return result;
}

PeakRows with_other_intensities(const PeakRows& input, double sigma, Random random) {
  TrainSettings noise;
  noise.intensity_jitter = sigma;
  return augmented(input, noise, random);
}

}  // namespace specbridge
