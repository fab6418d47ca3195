#pragma once

#include <string>
#include <string_view>

namespace specbridge {

/// The code points of UTF-8 text; a byte that belongs to no valid character becomes U+FFFD.
std::u32string code_points(std::string_view text);
/// Appends a code point as UTF-8.
void append_utf8(std::string& text, char32_t code);
std::string utf8(std::u32string_view text);

bool is_letter(char32_t code);  ///< general category L
bool is_number(char32_t code);  ///< general category N
bool is_space(char32_t code);   ///< property White_Space

}  // namespace specbridge
