#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "decode/decoder_step.h"

namespace specbridge {

/// Cuts a SMILES into its words: an atom in brackets, Br, Cl, a ring number of two digits (%10), or
/// a single character. Source of the cut: Schwaller et al., "Molecular Transformer", ACS Cent. Sci.
/// 2019, 5, 1572. The words in a row are the text.
std::vector<std::string_view> smiles_words(std::string_view smiles);

/// The tokens of a decoder that writes SMILES: words, and two that mark start and end.
class SmilesVocabulary {
 public:
  /// @param words each once; those in angle brackets ("<start>", "<end>", "<pad>") are no text
  /// @throws std::invalid_argument without <start> and <end>, or with a word twice
  explicit SmilesVocabulary(std::vector<std::string> words);

  std::size_t size() const noexcept { return words_.size(); }
  SpecialTokens special() const noexcept { return special_; }
  const std::string& word(Token token) const { return words_.at(token); }
  /// Whether a token is no text: a start or padding, for instance.
  bool is_special(Token token) const { return words_.at(token).starts_with('<'); }
  /// Tokens of a text, without start and end; nothing where it has a word that is unknown.
  std::optional<std::vector<Token>> tokens(std::string_view smiles) const;
  std::string text(std::span<const Token> tokens) const;

 private:
  std::vector<std::string> words_;
  std::unordered_map<std::string_view, Token> places_;  ///< of words_, which does not change
  SpecialTokens special_;
};

}  // namespace specbridge
