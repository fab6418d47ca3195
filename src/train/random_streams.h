#pragma once

#include <cstdint>

#include "base/random.h"

namespace specbridge {

/// What a stream of random numbers is for; streams of different purposes are independent.
enum class Purpose : std::uint64_t {
  order = 1,
  augmentation = 2,
  dropout = 3,
  labels = 4,
  spelling = 5,
  candidates = 6,
  copies = 7,
  words = 8,
  masks = 9,
  start = 10  ///< of values that training begins with
};

/// A generator that depends on nothing but its key.
inline Random keyed_random(std::uint64_t seed, Purpose purpose, std::uint64_t epoch,
                           std::uint64_t item = 0, std::uint64_t copy = 0) {
  std::uint64_t key = Random(seed, static_cast<std::uint64_t>(purpose)).next();
  key = Random(key, epoch).next();
  key = Random(key, item).next();
  return Random(key, copy);
}

}  // namespace specbridge
