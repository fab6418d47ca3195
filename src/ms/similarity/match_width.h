#pragma once

#include <algorithm>

#include "specbridge/tolerance.h"

namespace specbridge {

/// Which m/z count as equal to another. ppm are those of the mean of both: |a - b| <= p (a + b) / 2
/// is a ratio of the two of at least (1 - p / 2) / (1 + p / 2), whichever is larger.
class MatchWidth {
 public:
  explicit MatchWidth(const Tolerance& tolerance) noexcept : dalton_(tolerance.dalton) {
    if (!(tolerance.ppm > 0)) return;
    const double half = tolerance.ppm * 0.5e-6;
    down_ = (1 - half) / (1 + half);
    up_ = (1 + half) / (1 - half);
  }
  double low(double mz) const noexcept { return std::min(mz - dalton_, mz * down_); }
  double high(double mz) const noexcept { return std::max(mz + dalton_, mz * up_); }

 private:
  double dalton_, down_ = 1, up_ = 1;
};

}  // namespace specbridge
