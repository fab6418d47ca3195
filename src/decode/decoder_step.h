#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/matrix.h"

namespace specbridge {

/// A token of a sequence: its number in the vocabulary.
using Token = std::uint32_t;

/// The tokens of a vocabulary that mean no text.
struct SpecialTokens {
  Token start = 0, end = 0;
};

/// What says how sequences go on. It remembers the sequences of its last call, so that a decoder
/// with kept keys and values computes every place of a sequence once.
class DecoderStep {
 public:
  virtual ~DecoderStep() = default;
  /// How many tokens there are.
  virtual std::size_t vocabulary() const = 0;
  /// Forgets all sequences but an empty one.
  virtual void begin() = 0;
  /// What follows sequence i, which is sequence parents[i] of the last call with tokens[i] added;
  /// after begin() there is one, which is empty.
  /// @return natural logarithms of probabilities [sequences, vocabulary()]
  virtual Matrix next(std::span<const std::size_t> parents, std::span<const Token> tokens) = 0;
};

}  // namespace specbridge
