#include "decode/smiles_vocabulary.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace specbridge {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Length of the word that a text, which is not empty, begins with.
std::size_t first_word(std::string_view text) {
  if (text.front() == '[') {
    const std::size_t end = text.find(']');
    return end == std::string_view::npos ? 1 : end + 1;
  }
  if (text.starts_with("Br") || text.starts_with("Cl")) return 2;
  const bool two_digits =
      text.front() == '%' && text.size() >= 3 && is_digit(text[1]) && is_digit(text[2]);
  return two_digits ? 3 : 1;
}

}  // namespace

std::vector<std::string_view> smiles_words(std::string_view smiles) {
  std::vector<std::string_view> words;
  while (!smiles.empty()) {
    words.push_back(smiles.substr(0, first_word(smiles)));
    smiles.remove_prefix(words.back().size());
  }
  return words;
}

SmilesVocabulary::SmilesVocabulary(std::vector<std::string> words) : words_(std::move(words)) {
  for (Token token = 0; token < words_.size(); ++token) {
    if (places_.emplace(words_[token], token).second) continue;
    throw std::invalid_argument(fmt::format("the word \"{}\" stands there twice", words_[token]));
  }
  for (const auto& [word, place] :
       {std::pair{"<start>", &special_.start}, {"<end>", &special_.end}}) {
    const auto found = places_.find(word);
    if (found == places_.end()) {
      throw std::invalid_argument(fmt::format("there is no word \"{}\"", word));
    }
    *place = found->second;
  }
}

std::optional<std::vector<Token>> SmilesVocabulary::tokens(std::string_view smiles) const {
  std::vector<Token> tokens;
  for (const std::string_view word : smiles_words(smiles)) {
    const auto found = places_.find(word);
    if (found == places_.end() || is_special(found->second)) return {};
    tokens.push_back(found->second);
  }
  return tokens;
}

std::string SmilesVocabulary::text(std::span<const Token> tokens) const {
  std::string text;
  for (const Token token : tokens) {
    if (!is_special(token)) text += words_.at(token);
  }
  return text;
}

}  // namespace specbridge
