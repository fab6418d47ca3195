#include "ms/formats/retention_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "base/text.h"
#include "ms/formats/peak_text.h"

namespace specbridge {
namespace {

constexpr double kMinute = 60, kHour = 3600;  // s

/// Removes and returns the number at the start of the text.
std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return {};
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

/// The seconds of a unit (upper case), as written in full or short.
std::optional<double> seconds_of(std::string_view unit) {
  struct Unit {
    std::string_view name;
    double seconds;
  };
  constexpr std::array<Unit, 14> kUnits = {{{"S", 1},
                                            {"SEC", 1},
                                            {"SECS", 1},
                                            {"SECOND", 1},
                                            {"SECONDS", 1},
                                            {"MS", 0.001},
                                            {"M", kMinute},
                                            {"MIN", kMinute},
                                            {"MINS", kMinute},
                                            {"MINUTE", kMinute},
                                            {"MINUTES", kMinute},
                                            {"H", kHour},
                                            {"HOUR", kHour},
                                            {"HOURS", kHour}}};
  const auto word = unit.substr(0, unit.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
  const auto* known = std::ranges::find(kUnits, word, &Unit::name);
  return known != kUnits.end() ? std::optional(known->seconds) : std::nullopt;
}

/// "PT5M12.5S", a duration of XML; upper case.
std::optional<double> parse_duration(std::string_view text) {
  text.remove_prefix(2);
  double sum = 0;
  while (!text.empty()) {
    const auto number = take_number(text);
    const auto unit = seconds_of(text.substr(0, 1));
    if (!number || !unit) return {};
    sum += *number * *unit;
    text.remove_prefix(1);
  }
  return sum;
}

/// "603,1 s" with a decimal point.
std::string with_points(std::string_view text) {
  std::string pointed(text);
  const auto word = take_token(text, " \t");
  if (has_decimal_comma(word)) std::ranges::replace(pointed, ',', '.');
  return pointed;
}

/// Of a number whose unit does not stand behind it, by how the key is written.
std::optional<double> implied_unit(const Field& field) {
  const std::string written = to_upper(field.written);
  if (written.starts_with("RETENTIONTIME")) return kMinute;
  if (written.starts_with("RETENTION_TIME")) return 1;
  return {};
}

std::optional<double> stated_time(const Field& field) {
  const std::string value = with_points(field.value);
  std::string_view text = value;
  if (field.key == "RTINSECONDS") return take_number(text);
  const auto unit = field.key == "RTINMINUTES" ? std::optional(kMinute) : implied_unit(field);
  if (const auto time = parse_time(text)) return time;
  const auto number = take_number(text);
  const auto rest = trim(text);
  const bool alone = rest.empty() || rest.front() == '-';  // or a range
  return number && unit && alone ? std::optional(*number * *unit) : std::nullopt;
}

}  // namespace

std::optional<double> parse_time(std::string_view text) {
  const std::string upper = to_upper(trim(text));
  std::string_view rest = upper;
  if (rest.starts_with("PT")) return parse_duration(rest);
  const auto number = take_number(rest);
  const auto unit = seconds_of(trim(rest));
  return number && unit ? std::optional(*number * *unit) : std::nullopt;
}

std::optional<double> retention_time_of(const std::vector<Field>& fields) {
  constexpr std::array<std::string_view, 5> kKeys = {"RTINSECONDS", "RTINMINUTES", "RETENTIONTIME",
                                                     "RT", "SCANSTARTTIME"};
  for (const auto key : kKeys) {
    const auto* field = find_field(fields, {key});
    const auto time = field != nullptr ? stated_time(*field) : std::nullopt;
    if (time && *time > 0) return time;
  }
  return {};
}

}  // namespace specbridge
