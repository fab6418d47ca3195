#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "mces/problem.h"

namespace specbridge {

/// When a search gives up.
struct McesSearchLimits {
  std::uint64_t nodes = 0;
  std::optional<std::chrono::steady_clock::time_point> deadline;
};

/// What a search has proven about the largest worth of a node map.
struct McesSearchResult {
  int found = 0;  ///< worth of the best map that was met
  int bound = 0;  ///< no map is worth more than this
  std::uint64_t nodes = 0;
  bool complete = true;  ///< false: a limit was reached, `bound` is above the best map
};

/// What one look at a problem tells, before any search.
struct McesFirstLook {
  double bound = 0;     ///< on the worth of a map, with equal shares: that of myopic MCES
  int whole_bound = 0;  ///< the same, rounded down to a worth that a map can have
  int found = 0;        ///< worth of a map
};
McesFirstLook look_at_root(const McesProblem& problem);

/// Depth-first branch and bound for the node map of the largest worth.
/// @param floor maps that are worth no more than this are of no interest; `bound` is at least that
McesSearchResult search_best_map(const McesProblem& problem, int floor,
                                 const McesSearchLimits& limits);

}  // namespace specbridge
