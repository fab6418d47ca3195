#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace specbridge {

/// The pieces of GPT-2's pattern
/// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
/// in order; together they are the text.
std::vector<std::string> gpt2_pieces(std::string_view text);

/// Every byte as a printable character, as GPT-2 spells bytes: those that print stand for
/// themselves, the others are counted up from U+0100.
std::string byte_characters(std::string_view bytes);

}  // namespace specbridge
