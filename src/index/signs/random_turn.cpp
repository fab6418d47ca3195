#include "index/signs/random_turn.h"

#include <bit>
#include <cmath>

namespace specbridge {
namespace {

constexpr std::size_t kRounds = 4;  // each number has met every other one twice

/// The numbers of SplitMix64 (Steele, Lea and Flood 2014), from one start on.
class Chance {
 public:
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }

 private:
  std::uint64_t state_ = 0;
};

/// The Walsh-Hadamard transform, without a factor. @param numbers a power of two of them
void transform(std::span<float> numbers) {
  for (std::size_t half = 1; half < numbers.size(); half *= 2) {
    for (std::size_t start = 0; start < numbers.size(); start += 2 * half) {
      float* low = numbers.data() + start;
      float* high = low + half;
      for (std::size_t i = 0; i < half; ++i) {
        const float sum = low[i] + high[i], difference = low[i] - high[i];
        low[i] = sum;
        high[i] = difference;
      }
    }
  }
}

}  // namespace

RandomTurn::RandomTurn(std::size_t dim)
    : width_(std::bit_floor(dim)), scale_(1 / std::sqrt(static_cast<float>(width_))) {
  Chance chance;
  for (std::size_t round = 0; round < kRounds; ++round) {
    std::vector<float>& signs = signs_.emplace_back(dim);
    for (float& sign : signs) sign = (chance.next() & 1U) != 0 ? 1.0F : -1.0F;
  }
}

void RandomTurn::turn(std::span<float> vector) const {
  for (std::size_t round = 0; round < signs_.size(); ++round) {
    for (std::size_t i = 0; i < vector.size(); ++i) vector[i] *= signs_[round][i];
    const auto mixed = round % 2 == 0 ? vector.first(width_) : vector.last(width_);
    transform(mixed);
    for (float& number : mixed) number *= scale_;
  }
}

}  // namespace specbridge
