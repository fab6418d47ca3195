#include "ms/electron/peak_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "base/text.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

/// Peaks of at least a share of the base peak, by falling intensity.
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
  std::ranges::stable_sort(kept, std::greater<>(), &Peak::intensity);
  return kept;
}

std::string mass_text(double mz, UnitMass unit_mass) {
  if (unit_mass == UnitMass::none) return shortest(mz);
  return fmt::format("{:.0f}", std::floor(unit_mass == UnitMass::round ? mz + 0.5 : mz));
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
  const auto intense = intense_peaks(peaks, rules.least);
  std::string text = rules.before;
  if (intense.empty()) return text;
  const double highest = std::ranges::max(intense, {}, &Peak::mz).mz;
  for (std::size_t i = 0; i < std::min(rules.peaks, intense.size()); ++i) {
    text += fmt::format("{}@{},", word_of(i), mass_text(intense[i].mz, rules.unit_mass));
  }
  return text + fmt::format("max_peak@{}", mass_text(highest, rules.unit_mass));
}

}  // namespace specbridge
