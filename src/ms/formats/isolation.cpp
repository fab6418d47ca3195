#include "ms/formats/isolation.h"

#include <cmath>
#include <limits>
#include <optional>

#include "ms/formats/peak_text.h"

namespace specbridge {
namespace {

constexpr double kWide = 5;         // Th; windows for one ion are of 0.4 to 4 Th
constexpr double kRounding = 1e-3;  // Th; of numbers that are printed with few digits

/// How far a window reaches from its target to one side; nothing where that is not stated.
std::optional<double> reach(const std::string& offset, const std::string& end, double target) {
  if (const auto width = number_with_comma(offset); width && *width >= 0) return width;
  const auto limit = number_with_comma(end);
  if (!limit || *limit <= 0) return {};
  return std::abs(*limit - target);
}

}  // namespace

bool PrecursorTexts::has_ion() const {
  const auto ion = number_with_comma(ion_mz);
  return !ion_mz.empty() && !(ion && *ion == 0);
}

void judge_isolation(const PrecursorTexts& stated, Spectrum& spectrum) {
  constexpr double kUnknown = std::numeric_limits<double>::infinity();
  const auto target = number_with_comma(stated.target);
  if (!target || *target <= 0) return;
  const auto lower = reach(stated.lower, stated.low_end, *target);
  const auto upper = reach(stated.upper, stated.high_end, *target);
  if (lower.value_or(0) + upper.value_or(0) == 0) return;  // a window of no width says nothing
  const IsolationWindow window{*target - lower.value_or(kUnknown),
                               *target + upper.value_or(kUnknown)};
  spectrum.isolation = window;
  // A side that is not stated is as wide as the other.
  if ((lower ? *lower : *upper) + (upper ? *upper : *lower) > kWide) {
    spectrum.note(Oddity::wide_isolation);
  }
  if (!stated.has_ion() || !spectrum.precursor_mz) return;
  const double ion = *spectrum.precursor_mz;
  if (ion >= window.low - kRounding && ion <= window.high + kRounding) return;
  spectrum.note(Oddity::outside_isolation);
  spectrum.precursors = {ion, *target};
  spectrum.precursor_mz = *target;
}

}  // namespace specbridge
