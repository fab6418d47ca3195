#pragma once

#include <cstddef>
#include <cstdint>

namespace specbridge {

/// How intervals are drawn.
struct BootstrapSettings {
  std::size_t resamples = 20'000;  ///< 0: no intervals
  std::uint64_t seed = 1;
  std::size_t threads = 1;
};

}  // namespace specbridge
