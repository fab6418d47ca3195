#include "specbridge/tolerance.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr double kMillion = 1e6;

/// The number before `unit` (upper case), if the text ends in that unit.
std::optional<double> width_in(std::string_view text, std::string_view unit) {
  if (!to_upper(text).ends_with(unit)) return {};
  const auto width = parse_number(trim(text.substr(0, text.size() - unit.size())));
  return width && *width > 0 ? width : std::nullopt;
}

UsageError not_a_tolerance(std::string_view text) {
  return UsageError(
      fmt::format("\"{}\" is not a tolerance; expected a positive width such as 10ppm, 0.005Da or "
                  "10ppm,0.005Da",
                  one_line(text, 80)));
}

}  // namespace

Tolerance parse_tolerance(std::string_view text) {
  std::optional<double> ppm, dalton;
  for (const auto part : split(text, ',')) {
    const auto as_ppm = width_in(trim(part), "PPM"), as_dalton = width_in(trim(part), "DA");
    if ((!as_ppm && !as_dalton) || (as_ppm && ppm) || (as_dalton && dalton)) {
      throw not_a_tolerance(text);
    }
    (as_ppm ? ppm : dalton) = as_ppm ? as_ppm : as_dalton;
  }
  return {ppm.value_or(0), dalton.value_or(0)};
}

std::string to_string(const Tolerance& tolerance) {
  const std::string ppm = shortest(tolerance.ppm) + "ppm",
                    dalton = shortest(tolerance.dalton) + "Da";
  if (tolerance.dalton <= 0) return ppm;
  return tolerance.ppm > 0 ? ppm + "," + dalton : dalton;
}

double half_width(const Tolerance& tolerance, double measured_mz) {
  return std::max(measured_mz * tolerance.ppm / kMillion, tolerance.dalton);
}

MassWindow mass_window(const Adduct& adduct, double measured_mz, const Tolerance& tolerance) {
  const double width = half_width(tolerance, measured_mz);
  return {neutral_mass(adduct, measured_mz - width), neutral_mass(adduct, measured_mz + width)};
}

double mass_error_ppm(double measured_mz, double theoretical_mz) {
  return (measured_mz - theoretical_mz) / theoretical_mz * kMillion;
}

}  // namespace specbridge
