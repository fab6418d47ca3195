#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"

namespace specbridge {

/// Draws words that a context is told apart from: each with a probability proportional to its
/// count^power (Mikolov et al., NIPS 2013, with 0.75; 0: all alike).
class NegativeTable {
 public:
  /// @param counts at least one, none of them 0
  NegativeTable(std::span<const std::uint64_t> counts, double power);

  std::size_t draw(Random& random) const;
  /// Of drawing a word.
  double probability(std::size_t word) const;

 private:
  std::vector<double> ends_;  ///< of the words' parts of [0, ends_.back())
};

}  // namespace specbridge
