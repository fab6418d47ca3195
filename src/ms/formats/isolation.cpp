#include "ms/formats/isolation.h"

#include <limits>
#include <optional>

#include "ms/formats/peak_text.h"

namespace specbridge {
namespace {

constexpr double kWide = 5;         // Th; windows for one ion are of 0.4 to 4 Th
constexpr double kRounding = 1e-3;  // Th; of numbers that are printed with few digits

/// How far a window reaches; nothing where that is not stated.
std::optional<double> reach(const std::string& text) {
  const auto width = number_with_comma(text);
  return width && *width > 0 ? width : std::nullopt;
}

}  // namespace

bool PrecursorTexts::has_ion() const {
  const auto ion = number_with_comma(ion_mz);
  return !ion_mz.empty() && !(ion && *ion == 0);
}

void judge_isolation(const PrecursorTexts& stated, Spectrum& spectrum) {
  constexpr double kUnknown = std::numeric_limits<double>::infinity();
  const auto target = number_with_comma(stated.target);
  const auto lower = reach(stated.lower), upper = reach(stated.upper);
  if (!target || *target <= 0 || (!lower && !upper)) return;
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
