#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace specbridge {

/// A table of what it is worth to match bond r of one atom with bond c of another; entries of 0 and
/// less are never chosen.
struct LocalTable {
  int rows = 0, columns = 0;
  std::span<const std::int32_t> worth;  ///< [rows, columns]
};

/// The largest sum of entries, no two of one row or column.
std::int32_t best_local_matching(const LocalTable& table);

/// Places (row * columns + column) of a matching that attains it, appended to `chosen`.
void choose_local_matching(const LocalTable& table, std::vector<int>& chosen);

}  // namespace specbridge
