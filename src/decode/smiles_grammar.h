#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "decode/sequence_rule.h"
#include "decode/smiles_vocabulary.h"

namespace specbridge {

/// Sequences that are SMILES as far as can be told from left to right: branches and rings are
/// closed before the end, bonds and ring numbers follow atoms. Valences and aromaticity are not
/// looked at: what ends may still be no molecule.
class SmilesGrammar final : public SequenceRule {
 public:
  /// @param vocabulary must outlive the rule
  explicit SmilesGrammar(const SmilesVocabulary& vocabulary);

  void limit(std::span<const Token> so_far, std::span<float> logarithms) const override;
  bool accepts(std::span<const Token> whole) const override;

 private:
  enum class Kind : std::uint8_t { atom, bond, opening, closing, ring, other };
  /// What a SMILES is in the middle of.
  struct State {
    Kind last = Kind::opening;    ///< nothing: as after an opening bracket
    bool bond_of_branch = false;  ///< the last is a bond behind an opening bracket
    std::size_t atoms = 0, open_branches = 0;
    std::map<std::string_view, std::size_t> open_rings = {};  ///< by number: atoms up to its own
  };

  static Kind kind_of(std::string_view word);
  State after(std::span<const Token> tokens) const;
  bool may_follow(const State& state, Token token) const;
  static bool may_end(const State& state);

  const SmilesVocabulary& vocabulary_;
  std::vector<Kind> kinds_;  ///< of tokens
};

}  // namespace specbridge
