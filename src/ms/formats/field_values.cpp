#include "ms/formats/field_values.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/characters.h"
#include "base/text.h"
#include "ms/formats/max_charge.h"
#include "ms/formats/peak_text.h"

namespace specbridge {
namespace {

/// Lists of other programs: "[1]", "(1+)", "['1+']".
std::string_view without_brackets(std::string_view text) {
  constexpr std::string_view kAround = "[](){}'\" \t";
  const auto first = text.find_first_not_of(kAround);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kAround) + 1 - first);
}

std::optional<ChargeText> parse_one_charge(std::string_view text) {
  ChargeText charge;
  const auto note_sign = [&](char c) {
    charge.has_sign = true;
    charge.negative = charge.negative || c == '-';
  };
  if (!text.empty() && is_sign(text.front())) {
    note_sign(text.front());
    text.remove_prefix(1);
  }
  if (!text.empty() && is_sign(text.back())) {
    note_sign(text.back());
    text.remove_suffix(1);
  }
  if (text.ends_with(".0")) text.remove_suffix(2);
  if (text.empty()) return charge;
  if (!std::all_of(text.begin(), text.end(), is_digit)) return {};
  const auto magnitude = parse_integer(text);  // none: too large for an integer
  charge.magnitude = std::min<long long>(magnitude.value_or(kMaxCharge + 1), kMaxCharge + 1);
  return charge;
}

/// Adds the m/z of a word, "866.59" or "866.59,792.13"; false when it is none.
bool add_precursors(std::string_view word, PrecursorText& precursor, std::size_t& count) {
  const bool one = word.find(',') == std::string_view::npos || has_decimal_comma(word);
  for (std::string_view rest = word; !rest.empty();) {
    const auto end = one ? rest.size() : std::min(rest.find(','), rest.size());
    const auto part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto mz = number_with_comma(part);
    if (!mz || (!one && !rest.empty() && part.find('.') == std::string_view::npos)) return false;
    precursor.decimal_comma = precursor.decimal_comma || has_decimal_comma(part);
    precursor.all.push_back(*mz);
    if (*mz == 0) continue;  // unknown
    precursor.mz = *mz;
    precursor.several = ++count > 1;
  }
  return true;
}

}  // namespace

std::optional<ChargeText> parse_charge_text(std::string_view text) {
  std::string_view rest = without_brackets(text);
  std::string first(take_token(rest, " \t,;"));
  while (first.size() > 1 && std::string_view("])}'\"").find(first.back()) != std::string::npos) {
    first.pop_back();  // of "[1+], [2+]"
  }
  std::string_view after = trim(rest);
  if (after == "+" || after == "-") {  // "1 +"
    first += after;
    after = {};
  }
  auto charge = parse_one_charge(first);
  if (charge) charge->several = after.find_first_of("0123456789") != std::string_view::npos;
  return charge;
}

std::optional<int> parse_level(std::string_view text) {
  const std::string upper = to_upper(without_brackets(text));
  std::string_view digits = upper;
  if (digits == "MS") return 1;
  if (digits == "MS/MS" || digits == "MSMS") return 2;
  if (digits.starts_with("MS")) digits.remove_prefix(2);
  if (digits.ends_with(".0")) digits.remove_suffix(2);
  constexpr long long kMaxLevel = 20;
  const auto level = parse_integer(digits);
  if (!level || *level < 1 || *level > kMaxLevel) return {};
  return static_cast<int>(*level);
}

std::optional<PrecursorText> parse_precursor(std::string_view text) {
  PrecursorText precursor;
  std::size_t count = 0;
  std::string_view rest = text;
  for (bool more = true; more;) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t;"), rest.size()));
    const auto word = rest.substr(0, rest.find_first_of(" \t;/"));
    rest.remove_prefix(word.size());
    if (word.empty() || !add_precursors(word, precursor, count)) return {};
    const auto next = std::min(rest.find_first_not_of(" \t"), rest.size());
    more = word.back() == ',' || (next < rest.size() && (rest[next] == '/' || rest[next] == ','));
    if (more && word.back() != ',') rest.remove_prefix(next + 1);
  }
  return precursor;
}

}  // namespace specbridge
