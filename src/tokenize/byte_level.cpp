#include "tokenize/byte_level.h"

#include <array>

#include "tokenize/unicode.h"

namespace specbridge {
namespace {

enum class Class { letter, number, space, other };

Class class_of(char32_t code) {
  if (is_letter(code)) return Class::letter;
  if (is_number(code)) return Class::number;
  return is_space(code) ? Class::space : Class::other;
}

std::size_t end_of_run(std::u32string_view text, std::size_t begin) {
  const Class kind = class_of(text[begin]);
  std::size_t end = begin + 1;
  while (end < text.size() && class_of(text[end]) == kind) ++end;
  return end;
}

std::size_t contraction(std::u32string_view rest) {
  for (const std::u32string_view form : {U"'s", U"'t", U"'re", U"'ve", U"'m", U"'ll", U"'d"}) {
    if (rest.starts_with(form)) return form.size();
  }
  return 0;
}

/// The end of the piece that starts at `begin`, by the pattern's alternatives in their order.
std::size_t end_of_piece(std::u32string_view text, std::size_t begin) {
  if (const std::size_t length = contraction(text.substr(begin)); length > 0) return begin + length;
  const std::size_t word = text[begin] == U' ' ? begin + 1 : begin;
  if (word < text.size() && class_of(text[word]) != Class::space) return end_of_run(text, word);
  const std::size_t end = end_of_run(text, begin);
  // \s+(?!\S): a run of blanks leaves its last one to the word behind it.
  return end < text.size() && end - begin > 1 ? end - 1 : end;
}

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

std::vector<std::string> gpt2_pieces(std::string_view text) {
  const std::u32string codes = code_points(text);
  const std::u32string_view view = codes;
  std::vector<std::string> pieces;
  for (std::size_t begin = 0; begin < view.size();) {
    const std::size_t end = end_of_piece(view, begin);
    pieces.push_back(utf8(view.substr(begin, end - begin)));
    begin = end;
  }
  return pieces;
}

std::string byte_characters(std::string_view bytes) {
  static const std::array<std::string, 256> kCharacters = make_byte_characters();
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) text += kCharacters[static_cast<unsigned char>(byte)];
  return text;
}

}  // namespace specbridge
