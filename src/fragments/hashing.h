#pragma once

#include <cstdint>

namespace specbridge {

/// Spreads the bits of a number, the same on every machine. Source: SplitMix64 (Steele et al.,
/// 2014).
constexpr std::uint64_t scattered(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

/// A number for two numbers in their order, and for three.
constexpr std::uint64_t combined(std::uint64_t first, std::uint64_t second) {
  return scattered(scattered(first) * 3 + second);
}
constexpr std::uint64_t combined(std::uint64_t first, std::uint64_t second, std::uint64_t third) {
  return combined(combined(first, second), third);
}

}  // namespace specbridge
