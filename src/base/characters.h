#pragma once

namespace specbridge {

/// Kinds of ASCII characters, whatever the locale.
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_sign(char c) {
  return c == '+' || c == '-';
}

}  // namespace specbridge
