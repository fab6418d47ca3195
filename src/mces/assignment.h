#pragma once

#include <cstdint>
#include <span>

namespace specbridge {

/// Values of pairs that may not be chosen. Sums of proper values stay far away from it.
constexpr std::int32_t kForbiddenValue = -(1 << 29);

/// A square assignment problem, solved so far: prices with row + column >= value everywhere, and a
/// matching on pairs where they are equal. All views have `size` entries, values size * size.
struct AssignmentView {
  int size = 0;
  std::span<const std::int32_t> values;             ///< row by row; kForbiddenValue: not allowed
  std::span<std::int32_t> row_price, column_price;  ///< any numbers to begin with
  std::span<std::int32_t> column_of, row_of;        ///< -1: free
};

enum class Feasibility { feasible, infeasible };

/// Finds the assignment of rows to columns with the largest sum of values. Starts from the prices
/// and the matching that are there, so that a second call after small changes is cheap. Afterwards
/// the sum of all prices is that largest sum. Method: Jonker and Volgenant, "A shortest augmenting
/// path algorithm", 1987.
Feasibility solve_assignment(const AssignmentView& problem);

}  // namespace specbridge
