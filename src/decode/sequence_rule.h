#pragma once

#include <limits>
#include <span>

#include "decode/decoder_step.h"

namespace specbridge {

/// The logarithm of a probability of 0.
inline constexpr float kNever = -std::numeric_limits<float>::infinity();

/// What sequences may be: a formula that is known, for instance. Immutable.
class SequenceRule {
 public:
  virtual ~SequenceRule() = default;
  /// Forbids what may not follow a sequence, by setting its logarithm to kNever.
  /// @param so_far without the start token @param logarithms [vocabulary]
  virtual void limit(std::span<const Token> so_far, std::span<float> logarithms) const = 0;
  /// Whether a sequence may end as it is: asked once for each that would be kept.
  virtual bool accepts(std::span<const Token> whole) const = 0;
};

}  // namespace specbridge
