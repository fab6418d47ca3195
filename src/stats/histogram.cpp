#include "stats/histogram.h"

#include <algorithm>

namespace specbridge {

bool Histogram::add(double value) {
  if (!(value >= low_ && value <= high_)) return false;
  const double place = (value - low_) / (high_ - low_) * static_cast<double>(counts_.size());
  ++counts_[std::min(static_cast<std::size_t>(place), counts_.size() - 1)];
  return true;
}

}  // namespace specbridge
