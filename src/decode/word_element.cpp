#include "decode/word_element.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "chem/formulas/formula.h"

namespace specbridge {
namespace {

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

char upper(char c) {
  return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
}

/// The element of a word in brackets, "[13C@H+]" for instance: after the isotope, a capital with
/// the small letter that makes an element of it, or an aromatic atom.
std::string element_in_brackets(std::string_view word) {
  const auto letter = std::ranges::find_if(word, is_letter);
  if (letter == word.end()) return {};
  const std::string one(1, upper(*letter));
  const auto next = letter + 1;
  if (next == word.end() || *next < 'a' || *next > 'z') return one;
  const std::string two = one + *next;
  return atoms_of_formula(two).has_value() ? two : one;
}

std::string element_of_word(std::string_view word) {
  if (word.starts_with('[')) return element_in_brackets(word);
  if (word == "Cl" || word == "Br") return std::string(word);
  return word.size() == 1 && is_letter(word.front()) ? std::string(1, upper(word.front())) : "";
}

}  // namespace

std::string element_of(const SmilesVocabulary& vocabulary, Token token) {
  return vocabulary.is_special(token) ? "" : element_of_word(vocabulary.word(token));
}

}  // namespace specbridge
