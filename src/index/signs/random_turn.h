#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace specbridge {

/// A turn of space that looks random and is always the same: lengths and inner products stay, and
/// what was said in a few numbers is spread over all of them. Rounds of changed signs and
/// Walsh-Hadamard transforms of the first or the last numbers, as many as the largest power of two
/// that there are; dim * log(dim) additions instead of the dim * dim of a matrix.
class RandomTurn {
 public:
  explicit RandomTurn(std::size_t dim);
  /// @param vector [dim]
  void turn(std::span<float> vector) const;

 private:
  std::size_t width_;                      ///< numbers that a transform mixes
  float scale_;                            ///< keeps the length
  std::vector<std::vector<float>> signs_;  ///< of each round [dim]: 1 or -1
};

}  // namespace specbridge
