#pragma once

#include <string>
#include <string_view>

namespace specbridge {

/// Every byte as a printable character, as GPT-2 spells bytes: those that print stand for
/// themselves, the others are counted up from U+0100.
std::string byte_characters(std::string_view bytes);

}  // namespace specbridge
