#include "tokenize/byte_level.h"

#include <array>

#include "tokenize/unicode.h"

namespace specbridge {
namespace {

std::array<std::string, 256> make_byte_characters() {
  std::array<std::string, 256> characters;
  char32_t next = 0x100;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool prints = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
    append_utf8(characters[byte], prints ? byte : next++);
  }
  return characters;
}

}  // namespace

std::string byte_characters(std::string_view bytes) {
  static const std::array<std::string, 256> kCharacters = make_byte_characters();
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) text += kCharacters[static_cast<unsigned char>(byte)];
  return text;
}

}  // namespace specbridge
