#include "specbridge/ms/preprocess.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace specbridge {
namespace {

/// Whether a value stays finite and positive as float32.
bool is_usable(double value) {
  const auto narrow = static_cast<float>(value);
  return std::isfinite(narrow) && narrow > 0;
}

bool is_usable(const Peak& peak) {
  return is_usable(peak.mz) && is_usable(peak.intensity);
}

std::vector<Peak> usable_peaks(const std::vector<Peak>& peaks) {
  std::vector<Peak> usable;
  usable.reserve(peaks.size());
  std::copy_if(peaks.begin(), peaks.end(), std::back_inserter(usable),
               [](const Peak& peak) { return is_usable(peak); });
  return usable;
}

/// The most intense peaks, in file order; of equal intensities the later in the file stay.
std::vector<Peak> most_intense(std::vector<Peak> peaks, std::size_t limit) {
  if (peaks.size() <= limit) return peaks;
  std::vector<std::size_t> order(peaks.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return peaks[a].intensity != peaks[b].intensity ? peaks[a].intensity > peaks[b].intensity
                                                    : a > b;
  });
  order.resize(limit);
  std::sort(order.begin(), order.end());
  std::vector<Peak> kept;
  kept.reserve(limit);
  for (const auto i : order) kept.push_back(peaks[i]);
  return kept;
}

}  // namespace

std::optional<Refusal> refusal(const Spectrum& spectrum) {
  if (!spectrum.problem.empty()) return Refusal{"bad_record", spectrum.problem};
  if (spectrum.ms_level != 2) {
    return Refusal{"not_ms2", fmt::format("the record is of MS level {}; expected level 2",
                                          spectrum.ms_level)};
  }
  if (!spectrum.precursor_mz) {
    return Refusal{"no_precursor", "the record states no precursor m/z"};
  }
  if (!is_usable(*spectrum.precursor_mz)) {
    return Refusal{
        "no_precursor",
        fmt::format("the precursor m/z is {}; expected a positive number", *spectrum.precursor_mz)};
  }
  const bool any = std::any_of(spectrum.peaks.begin(), spectrum.peaks.end(),
                               [](const Peak& peak) { return is_usable(peak); });
  if (any) return {};
  return Refusal{"no_peaks", spectrum.peaks.empty()
                                 ? "the record has no peaks"
                                 : "the record has no peak of positive m/z and intensity"};
}

EncoderInput preprocess(const Spectrum& spectrum, const PreprocessProfile& profile) {
  if (const auto why = refusal(spectrum)) {
    throw std::invalid_argument(fmt::format("{}: {}", spectrum.id, why->message));
  }
  auto peaks = most_intense(usable_peaks(spectrum.peaks), profile.max_peaks);
  std::stable_sort(peaks.begin(), peaks.end(),
                   [](const Peak& a, const Peak& b) { return a.mz < b.mz; });
  double base = 0;
  for (const auto& peak : peaks) base = std::max(base, peak.intensity);
  EncoderInput input;
  input.rows.reserve(2 * (peaks.size() + 1));
  input.rows.push_back(static_cast<float>(*spectrum.precursor_mz));
  input.rows.push_back(static_cast<float>(profile.precursor_intensity));
  for (const auto& peak : peaks) {
    input.rows.push_back(static_cast<float>(peak.mz));
    input.rows.push_back(static_cast<float>(peak.intensity / base));
  }
  return input;
}

EncoderInput controlled(const EncoderInput& input, PeakControl control) {
  EncoderInput shown = input;
  if (control == PeakControl::precursor)
    shown.rows.resize(std::min<std::size_t>(2, shown.rows.size()));
  if (control == PeakControl::zeroed || control == PeakControl::flat) {
    const float intensity = control == PeakControl::flat ? 1 : 0;
    for (std::size_t i = 3; i < shown.rows.size(); i += 2) shown.rows[i] = intensity;
  }
  return shown;
}

}  // namespace specbridge
