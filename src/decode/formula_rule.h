#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "decode/sequence_rule.h"
#include "decode/smiles_grammar.h"
#include "decode/smiles_vocabulary.h"

namespace specbridge {

/// Sequences that become molecules of one formula, and keep to the grammar of SMILES. While a
/// sequence grows, the atoms other than hydrogen that are still to be placed are counted; whether
/// the hydrogens come out, too, is known when it ends: what it says is standardised then, as every
/// molecule is.
class FormulaRule final : public SequenceRule {
 public:
  /// @param formula in any spelling, without a charge @param vocabulary must outlive the rule
  /// @throws std::invalid_argument for what is no formula
  FormulaRule(const SmilesVocabulary& vocabulary, std::string_view formula);

  void limit(std::span<const Token> so_far, std::span<float> logarithms) const override;
  bool accepts(std::span<const Token> whole) const override;

 private:
  const SmilesVocabulary& vocabulary_;
  SmilesGrammar grammar_;
  std::string formula_;               ///< in Hill order
  std::vector<std::int64_t> wanted_;  ///< atoms by element, in the order of element_of_
  std::vector<int> element_of_;  ///< of each token: its place in wanted_, -1: no atom but hydrogen,
                                 ///< -2: not of this formula
};

}  // namespace specbridge
