#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "stats/bootstrap.h"

namespace specbridge {

using Rows = std::vector<std::vector<std::string>>;

/// Rows of cells as text: the first column to the left, the others to the right.
std::string aligned(const Rows& rows);
/// "12.3 %", or "unknown".
std::string percent(const std::optional<double>& share);
/// "[10.1, 14.2]", the 95 % interval in percent; empty without a figure.
std::string percent_interval(const ResampledFigure* figure);
/// How many queries there are, how many were ranked, and why the others were not.
std::string count_rows(std::size_t queries, std::size_t evaluated,
                       const std::map<std::string, std::size_t>& missed);

}  // namespace specbridge
