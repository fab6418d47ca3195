#include "pipeline/rows/mztab_cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "base/characters.h"
#include "base/text.h"
#include "store/paths.h"

namespace specbridge {
namespace {

bool is_word(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}

/// Whether the text between the brackets is "nM" and gains and losses of plain words.
bool is_plain_body(std::string_view body) {
  while (!body.empty() && is_digit(body.front())) body.remove_prefix(1);
  if (!body.starts_with('M')) return false;
  body.remove_prefix(1);
  bool sign_before = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const bool sign = body[i] == '+' || body[i] == '-';
    if (!sign && !is_word(body[i])) return false;
    if ((i == 0 && !sign) || (sign && sign_before)) return false;
    sign_before = sign;
  }
  return !sign_before;
}

/// A text within a parameter, in quotes where it has signs of the parameter's own.
std::string param_part(std::string_view text) {
  std::string part = one_line(text);
  std::ranges::replace(part, '"', '\'');
  return part.find_first_of(",[]|") == std::string::npos ? part : fmt::format("\"{}\"", part);
}

}  // namespace

std::string mztab_text(std::string_view value) {
  return value.empty() ? "null" : std::string(value);
}

std::string mztab_member(std::string_view value) {
  std::string text = mztab_text(value);
  std::ranges::replace(text, '|', '/');
  return text;
}

std::string mztab_decimal(std::string_view number) {
  if (number.find_first_of("eE") == std::string_view::npos) return mztab_text(number);
  const auto value = parse_number(number);
  if (!value) return "null";
  std::array<char, 400> buffer{};  // 1e-308 has so many digits
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), *value, std::chars_format::fixed)
          .ptr;
  return {buffer.data(), end};
}

std::string mztab_param(const MztabParam& param) {
  return fmt::format("[{}, {}, {}, {}]", param.accession.empty() ? "" : "MS", param.accession,
                     param_part(param.name), param_part(param.value));
}

std::string mztab_adduct(const std::optional<Adduct>& adduct) {
  if (!adduct || adduct->charge == 0) return "null";
  const std::string_view name = adduct->name;
  const auto end = name.find(']');
  if (!name.starts_with('[') || end == std::string_view::npos) return "null";
  if (!is_plain_body(name.substr(1, end - 1))) return "null";
  return fmt::format("{}{}{}", name.substr(0, end + 1), std::abs(adduct->charge),
                     adduct->charge > 0 ? '+' : '-');
}

std::string file_uri(const std::filesystem::path& path) {
  if (path == "-") return "null";
  constexpr std::string_view kKept = "/-._~!$&'()*+,;=:@";
  std::string uri;
  const std::string text = recorded(std::filesystem::absolute(path).lexically_normal());
  for (const char c : text) {
    const bool kept = is_word(c) || kKept.find(c) != std::string_view::npos;
    uri += kept ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return fmt::format("file://{}{}", uri.starts_with('/') ? "" : "/", uri);
}

}  // namespace specbridge
