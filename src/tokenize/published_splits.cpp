#include "tokenize/published_splits.h"

#include <algorithm>
#include <array>

#include "tokenize/unicode.h"

namespace specbridge {
namespace {

using Codes = std::u32string_view;

enum class Class { letter, number, space, other };

Class class_of(char32_t code) {
  if (is_letter(code)) return Class::letter;
  if (is_number(code)) return Class::number;
  return is_space(code) ? Class::space : Class::other;
}

bool is_line_end(char32_t code) {
  return code == U'\r' || code == U'\n';
}

bool has_class(Codes text, std::size_t at, Class kind) {
  return at < text.size() && class_of(text[at]) == kind;
}

/// The end of the characters of one class that stand from `begin` on.
std::size_t end_of_run(Codes text, std::size_t begin) {
  const Class kind = class_of(text[begin]);
  std::size_t end = begin + 1;
  while (has_class(text, end, kind)) ++end;
  return end;
}

/// \s+(?!\S)|\s+: a run of blanks leaves its last one to the word behind it.
std::size_t end_of_blanks(Codes text, std::size_t begin) {
  const std::size_t end = end_of_run(text, begin);
  return end < text.size() && end - begin > 1 ? end - 1 : end;
}

/// The length of 's, 't, 're, 've, 'm, 'll, 'd at the start of a text, else 0.
std::size_t contraction(Codes rest) {
  for (const Codes form : {U"'s", U"'t", U"'re", U"'ve", U"'m", U"'ll", U"'d"}) {
    if (rest.starts_with(form)) return form.size();
  }
  return 0;
}

/// A character as it is compared where case does not matter: in the letters of the contractions,
/// the long s is the only one beyond ASCII that folds to one of them.
char32_t folded(char32_t code) {
  constexpr char32_t kLongS = 0x17F;
  if (code >= U'A' && code <= U'Z') return code - U'A' + U'a';
  return code == kLongS ? U's' : code;
}

std::size_t contraction_of_any_case(Codes rest) {
  std::array<char32_t, 3> start = {};  // no form is longer
  const std::size_t length = std::min(start.size(), rest.size());
  std::transform(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(length), start.begin(),
                 folded);
  return contraction({start.data(), length});
}

/// The end of GPT-2's piece that starts at `begin`, by the pattern's alternatives in their order.
std::size_t end_of_gpt2_piece(Codes text, std::size_t begin) {
  if (const std::size_t length = contraction(text.substr(begin)); length > 0) return begin + length;
  const std::size_t word = text[begin] == U' ' ? begin + 1 : begin;
  if (word < text.size() && class_of(text[word]) != Class::space) return end_of_run(text, word);
  return end_of_blanks(text, begin);
}

/// \s*[\r\n]+|\s+(?!\S)|\s+: up to the last line end of a run of blanks, if it has one.
std::size_t end_of_blank_lines(Codes text, std::size_t begin) {
  std::size_t end = end_of_run(text, begin);
  while (end > begin && !is_line_end(text[end - 1])) --end;
  return end > begin ? end : end_of_blanks(text, begin);
}

/// The same of Llama 3.
std::size_t end_of_llama3_piece(Codes text, std::size_t begin) {
  constexpr std::size_t kDigits = 3;
  const Codes rest = text.substr(begin);
  if (const std::size_t length = contraction_of_any_case(rest); length > 0) return begin + length;
  const Class kind = class_of(text[begin]);
  if (kind == Class::letter) return end_of_run(text, begin);
  if (kind == Class::number) return std::min(end_of_run(text, begin), begin + kDigits);
  if (!is_line_end(text[begin]) && has_class(text, begin + 1, Class::letter)) {
    return end_of_run(text, begin + 1);
  }
  const std::size_t marks = text[begin] == U' ' ? begin + 1 : begin;
  if (!has_class(text, marks, Class::other)) return end_of_blank_lines(text, begin);
  std::size_t end = end_of_run(text, marks);
  while (end < text.size() && is_line_end(text[end])) ++end;
  return end;
}

std::vector<std::string> pieces_of(std::string_view text,
                                   std::size_t (*end_of_piece)(Codes, std::size_t)) {
  const std::u32string codes = code_points(text);
  const Codes view = codes;
  std::vector<std::string> pieces;
  for (std::size_t begin = 0; begin < view.size();) {
    const std::size_t end = end_of_piece(view, begin);
    pieces.push_back(utf8(view.substr(begin, end - begin)));
    begin = end;
  }
  return pieces;
}

struct PublishedSplit {
  std::string_view pattern;
  TextSplit split;
};

constexpr std::array<PublishedSplit, 2> kPublished = {
    {{R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", gpt2_pieces},
     {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
      R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
      llama3_pieces}}};

}  // namespace

std::vector<std::string> gpt2_pieces(std::string_view text) {
  return pieces_of(text, end_of_gpt2_piece);
}

std::vector<std::string> llama3_pieces(std::string_view text) {
  return pieces_of(text, end_of_llama3_piece);
}

TextSplit find_published_split(std::string_view pattern) {
  const auto* found = std::ranges::find(kPublished, pattern, &PublishedSplit::pattern);
  return found == kPublished.end() ? nullptr : found->split;
}

}  // namespace specbridge
