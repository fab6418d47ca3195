#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stats/bootstrap.h"

namespace specbridge {

using Rows = std::vector<std::vector<std::string>>;

/// Columns of a terminal that tables keep to.
inline constexpr std::size_t kTableColumns = 80;

/// Rows of cells as text: the first column to the left, the others to the right. Columns that
/// would reach beyond kTableColumns follow in a further block with the first column again, of the
/// rows that have something there.
std::string aligned(const Rows& rows);
/// A sentence below a table, in lines of at most kTableColumns.
std::string sentence(std::string_view text);
/// "12.3 %", or "unknown".
std::string percent(const std::optional<double>& share);
/// "[10.1, 14.2]", the 95 % interval in percent; empty without a figure.
std::string percent_interval(const ResampledFigure* figure);
/// How many queries there are, how many were ranked, and why the others were not.
std::string count_rows(std::size_t queries, std::size_t evaluated,
                       const std::map<std::string, std::size_t>& missed);

}  // namespace specbridge
