#include "base/random.h"

#include <cmath>
#include <numbers>

namespace specbridge {
namespace {

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;

std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream)
    : state_(mixed(seed + kGolden) ^ mixed(mixed(stream + kGolden) + kGolden)) {}

std::uint64_t Random::next() {
  state_ += kGolden;
  return mixed(state_);
}

double Random::uniform() {
  return static_cast<double>(next() >> 11) * 0x1p-53;
}

std::uint64_t Random::below(std::uint64_t bound) {
  // Draws from the last, incomplete run of `bound` values would favour small results.
  const std::uint64_t limit = bound * (UINT64_MAX / bound);
  std::uint64_t draw = next();
  while (draw >= limit) draw = next();
  return draw % bound;
}

double Random::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

}  // namespace specbridge
