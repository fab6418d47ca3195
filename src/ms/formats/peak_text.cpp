#include "ms/formats/peak_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "base/characters.h"
#include "base/text.h"

namespace specbridge {
namespace {

constexpr std::string_view kBetweenNumbers = " \t;";

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// Reads a finite number at `from`; its end, or nullptr.
const char* read_number(const char* from, const char* end, double& value) {
  const auto [past, error] = std::from_chars(from, end, value);
  return error == std::errc() && std::isfinite(value) ? past : nullptr;
}

}  // namespace

std::string_view take_token(std::string_view& text, std::string_view separators) {
  text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
  const auto token = text.substr(0, text.find_first_of(separators));
  text.remove_prefix(token.size());
  return token;
}

bool has_decimal_comma(std::string_view token) {
  const auto comma = token.find(',');
  return comma != std::string_view::npos && comma > 0 && comma + 1 < token.size() &&
         token.find_first_of(",.", comma + 1) == std::string_view::npos &&
         token.find('.') == std::string_view::npos && is_digit(token[comma - 1]) &&
         is_digit(token[comma + 1]);
}

std::optional<double> number_with_comma(std::string_view token) {
  if (!has_decimal_comma(token)) return parse_number(token);
  std::string pointed(token);
  pointed[token.find(',')] = '.';
  return parse_number(pointed);
}

std::optional<double> peak_number(std::string_view token) {
  if (const auto number = number_with_comma(token)) return number;
  if (token.starts_with('+')) token.remove_prefix(1);
  double value = 0;
  const char* end = token.data() + token.size();
  const auto [past, error] = std::from_chars(token.data(), end, value);
  if (token.empty() || past != end || error == std::errc::invalid_argument) return {};
  if (error == std::errc()) return value;  // nan, inf
  const bool tiny =
      token.find("e-") != std::string_view::npos || token.find("E-") != std::string_view::npos;
  return tiny ? 0 : std::numeric_limits<double>::infinity();
}

bool starts_with_number(std::string_view text) {
  if (text.empty()) return false;
  const char first = text.front();
  if (!is_digit(first) && first != '+' && first != '-' && first != '.') return false;
  return parse_number(take_token(text, " \t;,")).has_value();
}

std::optional<Peak> quick_peak(std::string_view text) {
  const char *at = text.data(), *end = at + text.size();
  while (at != end && is_blank(*at)) ++at;
  if (at == end || !is_digit(*at)) return {};
  Peak peak;
  at = read_number(at, end, peak.mz);
  if (at == nullptr || at == end || !is_blank(*at)) return {};
  while (at != end && is_blank(*at)) ++at;
  at = read_number(at, end, peak.intensity);
  if (at == nullptr || (at != end && !is_blank(*at))) return {};
  return peak;
}

std::optional<PeakText> parse_peak(std::string_view text) {
  const bool has_point = text.find('.') != std::string_view::npos;
  std::string_view rest = text;
  auto first = take_token(rest, kBetweenNumbers);
  auto second = take_token(rest, kBetweenNumbers);
  if (first.ends_with(',')) first.remove_suffix(1);
  if (second.ends_with(',')) second.remove_suffix(1);
  const bool comma = first.find(',') != std::string_view::npos;
  if (second.empty() && comma) {  // the comma separates
    rest = text;
    first = take_token(rest, " \t;,");
    second = take_token(rest, " \t;,");
    if (!trim(rest).empty() && !has_point) return {};  // "1,2,3,4" could be two numbers or four
  } else if ((comma || second.find(',') != std::string_view::npos) && has_point) {
    return {};
  }
  const auto mz = peak_number(first), intensity = peak_number(second);
  if (!mz || !intensity) return {};
  return PeakText{{*mz, *intensity}, has_decimal_comma(first) || has_decimal_comma(second)};
}

}  // namespace specbridge
