#include "ms/preprocess.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <unordered_map>

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

/// Whether a peak may be shown at all: usable, and not far above the precursor.
bool is_shown(const Peak& peak, const Spectrum& spectrum, const PreprocessProfile& profile) {
  return is_usable(peak) && peak.mz <= *spectrum.precursor_mz + profile.max_above_precursor;
}

/// One peak for each m/z, where its first one stands.
std::vector<Peak> merged(const std::vector<Peak>& peaks) {
  std::vector<Peak> merged;
  std::unordered_map<double, std::size_t> place_of;
  for (const auto& peak : peaks) {
    const auto [it, fresh] = place_of.try_emplace(peak.mz, merged.size());
    if (fresh) {
      merged.push_back(peak);
    } else {
      merged[it->second].intensity += peak.intensity;
    }
  }
  return merged;
}

std::vector<Peak> shown_peaks(const Spectrum& spectrum, const PreprocessProfile& profile) {
  std::vector<Peak> shown;
  shown.reserve(spectrum.peaks.size());
  std::ranges::copy_if(spectrum.peaks, std::back_inserter(shown),
                       [&](const Peak& peak) { return is_shown(peak, spectrum, profile); });
  if (profile.merge_equal_mz) shown = merged(shown);
  double base = 0;
  for (const auto& peak : shown) base = std::max(base, peak.intensity);
  std::erase_if(shown,
                [&](const Peak& peak) { return peak.intensity < profile.noise_floor * base; });
  return shown;
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

std::optional<Refusal> refusal(const Spectrum& spectrum, const PreprocessProfile& profile) {
  if (!spectrum.problem.empty()) return Refusal{Status::bad_record, spectrum.problem};
  if (spectrum.kind == SpectrumKind::electron) {
    return Refusal{Status::no_precursor,
                   "a spectrum of electron ionisation, which has no precursor; it can be compared "
                   "with library spectra alone"};
  }
  if (spectrum.ms_level != 2) {
    return Refusal{Status::not_ms2, fmt::format("the record is of MS level {}; expected level 2",
                                                spectrum.ms_level)};
  }
  if (!spectrum.precursor_mz) {
    return Refusal{Status::no_precursor, "the record states no precursor m/z"};
  }
  if (!is_usable(*spectrum.precursor_mz)) {
    return Refusal{
        Status::no_precursor,
        fmt::format("the precursor m/z is {}; expected a positive number", *spectrum.precursor_mz)};
  }
  const auto shown = [&](const Peak& peak) { return is_shown(peak, spectrum, profile); };
  if (std::ranges::any_of(spectrum.peaks, shown)) return {};
  if (spectrum.peaks.empty()) return Refusal{Status::no_peaks, "the record has no peaks"};
  const bool usable =
      std::ranges::any_of(spectrum.peaks, [](const Peak& peak) { return is_usable(peak); });
  return Refusal{Status::no_peaks, usable ? "every peak is far above the precursor"
                                          : "the record has no peak of positive m/z and intensity"};
}

std::optional<Refusal> refusal_of_reference(const Spectrum& spectrum) {
  return spectrum.kind == SpectrumKind::tandem ? refusal(spectrum) : refusal_of_peaks(spectrum);
}

std::optional<Refusal> refusal_of_peaks(const Spectrum& spectrum) {
  if (!spectrum.problem.empty()) return Refusal{Status::bad_record, spectrum.problem};
  if (spectrum.peaks.empty()) return Refusal{Status::no_peaks, "the record has no peaks"};
  const auto usable = [](const Peak& peak) { return is_usable(peak); };
  if (std::ranges::any_of(spectrum.peaks, usable)) return {};
  return Refusal{Status::no_peaks, "the record has no peak of positive m/z and intensity"};
}

PeakRows preprocess(const Spectrum& spectrum, const PreprocessProfile& profile) {
  if (const auto why = refusal(spectrum, profile)) {
    throw std::invalid_argument(fmt::format("{}: {}", spectrum.id, why->message));
  }
  auto peaks = most_intense(shown_peaks(spectrum, profile), profile.max_peaks);
  std::stable_sort(peaks.begin(), peaks.end(),
                   [](const Peak& a, const Peak& b) { return a.mz < b.mz; });
  double base = 0;
  for (const auto& peak : peaks) base = std::max(base, peak.intensity);
  PeakRows input;
  input.rows.reserve(2 * (peaks.size() + 1));
  input.rows.push_back(static_cast<float>(*spectrum.precursor_mz));
  input.rows.push_back(static_cast<float>(profile.precursor_intensity));
  for (const auto& peak : peaks) {
    input.rows.push_back(static_cast<float>(peak.mz));
    input.rows.push_back(static_cast<float>(peak.intensity / base));
  }
  return input;
}

PeakRows controlled(const PeakRows& input, PeakControl control) {
  PeakRows shown = input;
  if (control == PeakControl::precursor)
    shown.rows.resize(std::min<std::size_t>(2, shown.rows.size()));
  if (control == PeakControl::zeroed || control == PeakControl::flat) {
    const float intensity = control == PeakControl::flat ? 1 : 0;
    for (std::size_t i = 3; i < shown.rows.size(); i += 2) shown.rows[i] = intensity;
  }
  return shown;
}

PeakRows without_precursor_mz(const PeakRows& input, float shown_mz) {
  if (input.rows.empty() || input.rows[0] == 0) return input;  // there is none
  constexpr float kMargin = 0.5F;  // Th: the precursor as far as it may be off, and its isotopes
  const float telling = input.rows[0] - kMargin;
  PeakRows shown;
  shown.rows = {shown_mz, input.rows[1]};
  for (std::size_t i = 2; i < input.rows.size(); i += 2) {
    if (input.rows[i] >= telling) continue;
    shown.rows.push_back(input.rows[i]);
    shown.rows.push_back(input.rows[i + 1]);
  }
  return shown;
}

}  // namespace specbridge
