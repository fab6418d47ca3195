#pragma once

#include <cstddef>
#include <vector>

#include "decode/sequence_rule.h"
#include "decode/smiles_grammar.h"
#include "decode/smiles_vocabulary.h"
#include "specbridge/tolerance.h"

namespace specbridge {

/// Sequences that become molecules of about one mass, and keep to the grammar of SMILES. While a
/// sequence grows, the mass of its atoms other than hydrogen stays below the windows; it may end
/// where some number of hydrogens makes up the rest. Whether that number comes out is known when it
/// has ended: what it says is standardised then.
class MassRule final : public SequenceRule {
 public:
  /// @param windows neutral masses in Da, one or more: one that a mass lies in is enough
  /// @param vocabulary must outlive the rule @throws std::invalid_argument without a window
  MassRule(const SmilesVocabulary& vocabulary, std::vector<MassWindow> windows);

  void limit(std::span<const Token> so_far, std::span<float> logarithms) const override;
  bool accepts(std::span<const Token> whole) const override;

 private:
  bool hydrogens_may_fill(double mass, std::size_t atoms) const;

  const SmilesVocabulary& vocabulary_;
  SmilesGrammar grammar_;
  std::vector<MassWindow> windows_;
  double hydrogen_;  ///< its mass, Da
  double highest_ = 0;
  std::vector<double> mass_of_;  ///< of each token, Da: 0 for what places no atom but hydrogen
};

}  // namespace specbridge
