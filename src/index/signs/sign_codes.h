#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "index/aligned_numbers.h"
#include "index/kernels/kernels.h"
#include "index/signs/random_turn.h"

namespace specbridge {

/// The shape of a block of vectors of so many numbers, which lies nowhere.
SignBlocks sign_block_of(std::size_t dim);

/// Vectors as one bit a number, and what the inner product of a query and a vector is about by
/// them: RaBitQ (Gao and Long, SIGMOD 2024) with the mean as the only centre. A vector less the
/// mean is turned (RandomTurn), and of each number the sign is kept; with the factor
/// |turned|^2 / sum |turned|, factor * sum(sign * turned query) is an estimate of the inner product
/// that is right on average. The turned query is rounded, too: sums of four numbers to 8 bits.
/// Codes lie in blocks as the kernels want them (SignBlocks).
class SignCodes {
 public:
  /// @param mean of the vectors [dim]
  explicit SignCodes(std::vector<float> mean);

  std::size_t dim() const noexcept { return mean_.size(); }
  std::span<const float> mean() const noexcept { return mean_; }
  /// Blocks that lie somewhere.
  SignBlocks blocks_at(const std::uint8_t* bytes, std::size_t count) const {
    return {bytes, count, places_};
  }
  /// Sets one row of a block of zeros [sign_block_of(dim()).block_bytes()]. @param place its number
  /// in it
  void encode(std::span<const float> vector, std::size_t place,
              std::span<std::uint8_t> block) const;

  /// A query, made ready for the kernels.
  struct Prepared {
    AlignedNumbers<std::uint8_t> tables;
    SignQuery query;
  };
  /// @throws std::invalid_argument for a number that is not finite
  Prepared prepare(std::span<const float> query) const;

 private:
  std::vector<float> mean_;
  std::size_t places_;
  RandomTurn turn_;
};

}  // namespace specbridge
