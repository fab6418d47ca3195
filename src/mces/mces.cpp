#include "mces/mces.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <vector>

#include "mces/problem.h"
#include "mces/search.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr double kDefaultNodes = 20'000;
constexpr double kUsualPairs = 1000;  // of atoms; a node costs more where there are more

/// Distances are kept in half units: sums of doubled bond orders. What a map is worth counts twice,
/// once in each graph.
double in_units(std::int64_t halves) {
  return static_cast<double>(halves) / 2;
}
std::int64_t distance_of(const McesProblem& problem, int worth) {
  return problem.total - 2 * std::int64_t{worth};
}

/// The least worth of a map within the threshold, less one.
int floor_for(const McesProblem& problem, std::optional<double> threshold) {
  if (!threshold || *threshold >= in_units(problem.total)) return -1;
  const auto halves = static_cast<std::int64_t>(std::floor(2 * *threshold));
  const std::int64_t excess = problem.total - halves;
  return static_cast<int>((excess + 1) / 2 - 1);
}

/// The time of a node grows a little less than with the power 3/2 of the pairs.
std::uint64_t default_nodes(const McesProblem& problem) {
  const double share =
      kUsualPairs / std::max(static_cast<double>(problem.pairs.size()), kUsualPairs);
  return static_cast<std::uint64_t>(kDefaultNodes * share * std::sqrt(share)) + 1;
}

McesSearchLimits limits_for(const McesProblem& problem, const McesOptions& options) {
  McesSearchLimits limits;
  limits.nodes = options.max_nodes.value_or(default_nodes(problem));
  if (options.max_seconds) {
    limits.deadline = std::chrono::steady_clock::now() +
                      std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                          std::chrono::duration<double>(*options.max_seconds));
  }
  return limits;
}

McesResult settled(McesResult result) {
  result.exact = result.lower == result.upper && result.distance == result.lower;
  return result;
}

McesResult searched(const McesProblem& problem, const McesOptions& options) {
  const int floor = floor_for(problem, options.threshold);
  const McesSearchResult search = search_best_map(problem, floor, limits_for(problem, options));
  McesResult result;
  result.nodes = search.nodes;
  result.capped = !search.complete;
  result.lower = in_units(distance_of(problem, search.bound));
  result.upper = in_units(distance_of(problem, search.found));
  result.distance = result.lower;
  if (search.complete && search.found <= floor) {
    // Nothing is worth more than the floor: the distance is at least the next possible one above
    // the threshold.
    result.distance = *options.threshold;
  }
  return settled(result);
}

}  // namespace

void check_mces_options(const McesOptions& options) {
  constexpr double kMost = 1e6;
  if (options.threshold && !(*options.threshold >= 0 && *options.threshold <= kMost)) {
    throw UsageError(fmt::format("MCES threshold is {}; expected a number from 0 to {}",
                                 *options.threshold, kMost));
  }
  if (options.max_seconds && !(*options.max_seconds >= 0 && *options.max_seconds <= kMost)) {
    throw UsageError(fmt::format("MCES time limit is {} s; expected a number from 0 to {}",
                                 *options.max_seconds, kMost));
  }
}

McesResult mces(const MoleculeGraph& a, const MoleculeGraph& b, const McesOptions& options) {
  check_mces_options(options);
  if (a == b) return {};
  // One order for both directions, so that an interval does not depend on it either.
  const McesProblem problem = a < b ? make_mces_problem(a, b) : make_mces_problem(b, a);
  if (!options.threshold) return searched(problem, options);
  const McesFirstLook look = look_at_root(problem);
  const double bound = in_units(problem.total) - look.bound;
  if (bound <= *options.threshold) return searched(problem, options);
  McesResult result;
  result.distance = bound;
  result.lower = in_units(distance_of(problem, look.whole_bound));
  result.upper = in_units(distance_of(problem, look.found));
  return settled(result);
}

}  // namespace specbridge
