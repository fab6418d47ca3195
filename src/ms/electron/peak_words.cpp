#include "ms/electron/peak_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "base/text.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

/// Peaks of at least a share of the base peak, in the order given.
std::vector<Peak> intense_peaks(std::span<const Peak> peaks, double least) {
  std::vector<Peak> kept;
  double base = 0;
  for (const Peak& peak : peaks) {
    const bool usable = std::isfinite(peak.mz) && std::isfinite(peak.intensity) && peak.mz > 0 &&
                        peak.intensity > 0;
    if (!usable) continue;
    kept.push_back(peak);
    base = std::max(base, peak.intensity);
  }
  std::erase_if(kept, [&](const Peak& peak) { return peak.intensity / base < least; });
  return kept;
}

double mass_number(double mz, UnitMass unit_mass) {
  if (unit_mass == UnitMass::none) return mz;
  return std::floor(unit_mass == UnitMass::round ? mz + 0.5 : mz);
}

std::string mass_text(double mz, UnitMass unit_mass) {
  const double mass = mass_number(mz, unit_mass);
  return mass == std::floor(mass) ? fmt::format("{:.0f}", mass) : shortest(mass);
}

std::string_view word_of(std::size_t place) {
  constexpr std::size_t kNamed = 3;  // the base peak and two more
  if (place == 0) return "base_peak";
  return place < kNamed ? "max_peak" : "extra_peak";
}

}  // namespace

TextRendering parse_text_rendering(std::string_view name) {
  if (name == "llm4ms") return {};
  throw UsageError(fmt::format("\"{}\" is no way to write spectra as text; expected llm4ms",
                               one_line(name, 60)));
}

std::string rendered(std::span<const Peak> peaks, const TextRendering& rules) {
  auto intense = intense_peaks(peaks, rules.least);
  std::ranges::stable_sort(intense, std::greater<>(), &Peak::intensity);
  std::string text = rules.before;
  if (intense.empty()) return text;
  const double highest = std::ranges::max(intense, {}, &Peak::mz).mz;
  for (std::size_t i = 0; i < std::min(rules.peaks, intense.size()); ++i) {
    text += fmt::format("{}@{},", word_of(i), mass_text(intense[i].mz, rules.unit_mass));
  }
  return text + fmt::format("max_peak@{}", mass_text(highest, rules.unit_mass));
}

std::vector<Peak> worded_peaks(std::span<const Peak> peaks, const TextRendering& rules) {
  const auto intense = intense_peaks(peaks, rules.least);
  std::vector<std::size_t> order(intense.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(),
                           [&](std::size_t i) { return intense[i].intensity; });
  std::vector<bool> worded(intense.size());
  for (std::size_t i = 0; i < std::min(rules.peaks, order.size()); ++i) worded[order[i]] = true;
  const auto highest = std::ranges::max_element(intense, {}, &Peak::mz);
  if (highest != intense.end()) worded[static_cast<std::size_t>(highest - intense.begin())] = true;
  std::vector<Peak> kept;
  for (std::size_t i = 0; i < intense.size(); ++i) {
    if (!worded[i]) continue;
    kept.push_back({mass_number(intense[i].mz, rules.unit_mass), intense[i].intensity});
  }
  return kept;
}

}  // namespace specbridge
