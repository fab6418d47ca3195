#include "tokenize/unicode.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

#include "tokenize/unicode_ranges.h"

namespace specbridge {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool within(const CodeRange* first, const CodeRange* last, char32_t code) {
  const CodeRange* range = std::upper_bound(
      first, last, code, [](char32_t value, const CodeRange& next) { return value < next.first; });
  return range != first && code <= std::prev(range)->last;
}

/// The length of a character by its first byte, 0 for a byte that starts none; and the first byte's
/// bits.
std::pair<std::size_t, char32_t> lead(unsigned char byte) {
  if (byte < 0x80) return {1, byte};
  if (byte >= 0xC2 && byte < 0xE0) return {2, byte & 0x1FU};
  if (byte >= 0xE0 && byte < 0xF0) return {3, byte & 0x0FU};
  if (byte >= 0xF0 && byte < 0xF5) return {4, byte & 0x07U};
  return {0, kReplacement};
}

bool is_valid(char32_t code, std::size_t length) {
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  return code >= kSmallest[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

}  // namespace

std::u32string code_points(std::string_view text) {
  std::u32string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    auto [length, code] = lead(static_cast<unsigned char>(text[i]));
    bool valid = length > 0 && i + length <= text.size();
    for (std::size_t k = 1; valid && k < length; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      valid = (byte & 0xC0U) == 0x80;
      code = (code << 6U) | (byte & 0x3FU);
    }
    valid = valid && is_valid(code, length);
    result.push_back(valid ? code : kReplacement);
    i += valid ? length : 1;
  }
  return result;
}

void append_utf8(std::string& text, char32_t code) {
  const auto tail = [&](unsigned shift) {
    text += static_cast<char>(0x80U | ((code >> shift) & 0x3FU));
  };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0U | (code >> 6U));
    tail(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0U | (code >> 12U));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0U | (code >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

std::string utf8(std::u32string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char32_t code : text) append_utf8(result, code);
  return result;
}

bool is_letter(char32_t code) {
  if (code < 0x80) return (code >= U'a' && code <= U'z') || (code >= U'A' && code <= U'Z');
  return within(std::begin(kLetterRanges), std::end(kLetterRanges), code);
}

bool is_number(char32_t code) {
  if (code < 0x80) return code >= U'0' && code <= U'9';
  return within(std::begin(kNumberRanges), std::end(kNumberRanges), code);
}

bool is_space(char32_t code) {
  constexpr std::u32string_view kOthers = U"\u0085\u00A0\u1680\u2028\u2029\u202F\u205F\u3000";
  return code == U' ' || (code >= 0x09 && code <= 0x0D) || (code >= 0x2000 && code <= 0x200A) ||
         kOthers.find(code) != std::u32string_view::npos;
}

}  // namespace specbridge
