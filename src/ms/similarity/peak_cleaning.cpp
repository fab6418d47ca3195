#include "ms/similarity/peak_cleaning.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

using Peaks = std::vector<Peak>;

bool usable(const Peak& peak) {
  return std::isfinite(peak.mz) && std::isfinite(peak.intensity) && peak.mz > 0 &&
         peak.intensity > 0;
}

Peaks usable_peaks(std::span<const Peak> peaks) {
  Peaks kept;
  kept.reserve(peaks.size());
  std::ranges::copy_if(peaks, std::back_inserter(kept), usable);
  std::ranges::stable_sort(kept, {}, &Peak::mz);
  return kept;
}

void drop_precursor(Peaks& peaks, double precursor_mz, const CleaningRule& rule) {
  const double highest = rule.below_precursor ? precursor_mz - *rule.below_precursor
                                              : std::numeric_limits<double>::infinity();
  const double around = rule.around_precursor.value_or(-1);
  std::erase_if(peaks, [&](const Peak& peak) {
    return peak.mz > highest || std::abs(peak.mz - precursor_mz) <= around;
  });
}

/// Peaks by ascending m/z with whole numbers in its place, each once. One below 1 is no peak.
Peaks at_whole_masses(const Peaks& peaks, UnitMass unit_mass) {
  Peaks whole;
  for (const Peak& peak : peaks) {
    const double mz = at_unit_mass(peak.mz, unit_mass);
    if (mz < 1) continue;
    if (whole.empty() || whole.back().mz != mz) {
      whole.push_back({mz, peak.intensity});
    } else {
      whole.back().intensity += peak.intensity;
    }
  }
  return whole;
}

constexpr std::array<std::pair<UnitMass, std::string_view>, 3> kUnitMasses = {
    {{UnitMass::none, "none"}, {UnitMass::round, "round"}, {UnitMass::truncate, "truncate"}}};

bool stand_apart(const Peaks& peaks, const Tolerance& width) {
  const auto close = [&](const Peak& lower, const Peak& upper) {
    return upper.mz - lower.mz < half_width(width, upper.mz);
  };
  return std::ranges::adjacent_find(peaks, close) == peaks.end();
}

/// The places of peaks from the most to the least intense; of equals the later first.
std::vector<std::size_t> by_intensity(const Peaks& peaks) {
  std::vector<std::size_t> order(peaks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return peaks[a].intensity != peaks[b].intensity ? peaks[a].intensity > peaks[b].intensity
                                                    : a > b;
  });
  return order;
}

Peak sum_of(std::span<const Peak> close) {
  Peak sum;
  for (const Peak& peak : close) {
    sum.intensity += peak.intensity;
    sum.mz += peak.intensity * peak.mz;
  }
  sum.mz /= sum.intensity;
  return sum;
}

/// One round: each peak, the most intense first, takes those near it that are left. The taken have
/// intensity 0 then.
Peaks merged_once(Peaks peaks, const Tolerance& width) {
  Peaks merged;
  for (const std::size_t i : by_intensity(peaks)) {
    if (peaks[i].intensity <= 0) continue;
    const double mz = peaks[i].mz;
    std::size_t first = i, last = i + 1;
    while (first > 0 && mz - peaks[first - 1].mz <= half_width(width, mz)) --first;
    while (last < peaks.size() && peaks[last].mz - mz <= half_width(width, peaks[last].mz)) ++last;
    const std::span<Peak> close(peaks.data() + first, last - first);
    merged.push_back(sum_of(close));
    for (Peak& taken : close) taken.intensity = 0;
  }
  std::ranges::sort(merged, {}, &Peak::mz);
  return merged;
}

double base_peak(const Peaks& peaks) {
  return peaks.empty() ? 0 : std::ranges::max(peaks, {}, &Peak::intensity).intensity;
}

/// How many peaks within the window are more intense than the peak at `place`.
std::size_t stronger_near(const Peaks& peaks, std::size_t place, double window) {
  const Peak& own = peaks[place];
  const auto first = std::ranges::lower_bound(peaks, own.mz - window, {}, &Peak::mz);
  const auto last = std::ranges::upper_bound(peaks, own.mz + window, {}, &Peak::mz);
  const auto stronger = [&](const Peak& other) { return other.intensity > own.intensity; };
  return static_cast<std::size_t>(std::count_if(first, last, stronger));
}

Peaks strongest_of_windows(const Peaks& peaks, const CleaningRule& rule) {
  Peaks kept;
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    if (stronger_near(peaks, i, rule.window) < rule.window_peaks) kept.push_back(peaks[i]);
  }
  return kept;
}

Peaks strongest(const Peaks& peaks, std::size_t most) {
  auto places = by_intensity(peaks);
  places.resize(std::min(most, places.size()));
  std::ranges::sort(places);
  Peaks kept;
  for (const std::size_t place : places) kept.push_back(peaks[place]);
  return kept;
}

}  // namespace

double at_unit_mass(double mz, UnitMass unit_mass) {
  if (unit_mass == UnitMass::none) return mz;
  return std::floor(unit_mass == UnitMass::round ? mz + 0.5 : mz);
}

std::string_view to_string(UnitMass unit_mass) {
  return std::ranges::find(kUnitMasses, unit_mass, &std::pair<UnitMass, std::string_view>::first)
      ->second;
}

UnitMass parse_unit_mass(std::string_view name) {
  for (const auto& [unit_mass, known] : kUnitMasses) {
    if (known == name) return unit_mass;
  }
  throw UsageError(
      fmt::format("\"{}\" is no way to make whole masses; expected none, round or "
                  "truncate",
                  one_line(name, 60)));
}

std::vector<Peak> cleaned(std::span<const Peak> peaks, std::optional<double> precursor_mz,
                          const CleaningRule& rule) {
  Peaks kept = usable_peaks(peaks);
  if (precursor_mz) drop_precursor(kept, *precursor_mz, rule);
  if (rule.unit_mass != UnitMass::none) kept = at_whole_masses(kept, rule.unit_mass);
  if (rule.merge_within.ppm > 0 || rule.merge_within.dalton > 0) {
    while (!stand_apart(kept, rule.merge_within)) {
      kept = merged_once(std::move(kept), rule.merge_within);
    }
  }
  const double floor = rule.noise_floor * base_peak(kept);
  std::erase_if(kept, [&](const Peak& peak) { return peak.intensity < floor; });
  if (rule.window_peaks > 0) kept = strongest_of_windows(kept, rule);
  if (rule.max_peaks > 0 && kept.size() > rule.max_peaks) kept = strongest(kept, rule.max_peaks);
  const double base = base_peak(kept);
  for (Peak& peak : kept) peak.intensity /= base;
  return kept;
}

}  // namespace specbridge
