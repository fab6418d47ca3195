#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace specbridge {

/// Cuts a text into pieces, in order; together they are the text, but for bytes that are no UTF-8.
using TextSplit = std::vector<std::string> (*)(std::string_view text);

/// What GPT-2's pattern finds:
/// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
std::vector<std::string> gpt2_pieces(std::string_view text);

/// What Llama 3's pattern finds:
/// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*
/// |\s*[\r\n]+|\s+(?!\S)|\s+
std::vector<std::string> llama3_pieces(std::string_view text);

/// The function of a pattern that is written exactly as one of these; nullptr for others. Standard
/// C++ has no regular expressions of Unicode's classes, and libraries that have know other versions
/// of them than those that these tokenizers were made with.
TextSplit find_published_split(std::string_view pattern);

}  // namespace specbridge
