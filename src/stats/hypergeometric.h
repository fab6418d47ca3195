#pragma once

#include <cstddef>

namespace specbridge {

/// Balls drawn from an urn without putting any back.
struct Urn {
  std::size_t marked = 0, others = 0;
  std::size_t drawn = 0;  ///< at most marked + others
};

/// The chance that exactly `count` of the drawn balls are marked, right to about 13 digits in urns
/// of any size.
double chance_of_marked(const Urn& urn, std::size_t count);

/// The chance that at least one of the drawn balls is marked, right to about 13 digits however
/// small it is.
double chance_of_any_marked(const Urn& urn);

}  // namespace specbridge
