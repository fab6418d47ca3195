#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/matrix.h"

namespace specbridge {

/// Molecules that training molecules have to be told from.
struct DecoyTable {
  Matrix vectors;  ///< [decoys, dim], unit length
  /// Of each training molecule the rows of its decoys, the nearest to its own vector first.
  std::vector<std::vector<std::uint32_t>> of;
};

/// Sorts the decoys of each molecule by the cosine of their vectors, the nearest first; of equal
/// ones the lower row. @param targets of the molecules [molecules, dim]
void put_nearest_first(DecoyTable& table, const Matrix& targets);

/// Rows of the decoys that a batch is shown: of each molecule at most `most` that follow each other
/// in its list; at the start of a run the farthest, and the nearer ones take their place, one after
/// the other, until at its end the nearest are left.
/// @param progress of the run, from 0 to 1
/// @return [molecules.size(), most], -1 where a molecule has fewer
at::Tensor chosen_decoys(const DecoyTable& table, std::span<const std::int64_t> molecules,
                         std::size_t most, double progress);

}  // namespace specbridge
