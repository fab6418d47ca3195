#pragma once

#include <cstddef>
#include <vector>

namespace specbridge {

/// Counts in bins of equal width over [low, high]; `high` itself is in the last bin.
class Histogram {
 public:
  Histogram(double low, double high, std::size_t bins) : low_(low), high_(high), counts_(bins) {}

  /// Counts a value; one outside of the range, or no number, is not counted. @return whether it was
  bool add(double value);
  double low() const noexcept { return low_; }
  double high() const noexcept { return high_; }
  const std::vector<std::size_t>& counts() const noexcept { return counts_; }

 private:
  double low_, high_;
  std::vector<std::size_t> counts_;
};

}  // namespace specbridge
