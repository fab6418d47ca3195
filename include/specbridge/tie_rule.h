#pragma once

#include <string>
#include <string_view>

namespace specbridge {

/// How a truth is ranked among structures with exactly its score.
enum class TieRule {
  worst,     ///< behind all of them
  expected,  ///< in random order: the mean over all orders, in closed form
  best,      ///< in front of all of them
};

/// "worst", "expected", "best". @throws UsageError
TieRule parse_tie_rule(std::string_view name);
std::string to_string(TieRule rule);

}  // namespace specbridge
