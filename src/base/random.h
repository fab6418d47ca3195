#pragma once

#include <cstdint>
#include <span>
#include <utility>

namespace specbridge {

/// A small generator of our own (SplitMix64), so that draws are the same on every machine and for
/// every version of the libraries. Not for secrets.
/// Source of the method: Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
/// 2014.
class Random {
 public:
  /// Streams of one seed are independent of each other.
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0);

  std::uint64_t next();
  /// Uniform in [0, 1).
  double uniform();
  /// Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  /// Standard normal (Box-Muller).
  double normal();

 private:
  std::uint64_t state_;
};

/// Puts the values into a random order (Fisher-Yates).
template <typename T>
void shuffle(std::span<T> values, Random& random) {
  for (std::size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[random.below(i)]);
  }
}

}  // namespace specbridge
