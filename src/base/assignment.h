#pragma once

#include <cstdint>
#include <span>

namespace specbridge {

/// Values of pairs that may not be chosen. Sums of proper values stay far away from it.
constexpr std::int32_t kForbiddenValue = -(1 << 29);

/// A square assignment problem, solved so far: prices with row + column >= value everywhere, and a
/// matching on pairs where they are equal. All views have `size` entries, values size * size. Sums
/// of the values of a row or column and of prices stay within the quarter of what a Value holds.
template <typename Value>
struct BasicAssignmentView {
  int size = 0;
  std::span<const Value> values;              ///< row by row; kForbiddenValue: not allowed
  std::span<Value> row_price, column_price;   ///< any numbers to begin with
  std::span<std::int32_t> column_of, row_of;  ///< -1: free
};
using AssignmentView = BasicAssignmentView<std::int32_t>;
/// For values that need more digits.
using WideAssignmentView = BasicAssignmentView<std::int64_t>;

enum class Feasibility { feasible, infeasible };

/// Finds the assignment of rows to columns with the largest sum of values. Starts from the prices
/// and the matching that are there, so that a second call after small changes is cheap. Afterwards
/// the sum of all prices is that largest sum. Method: Jonker and Volgenant, "A shortest augmenting
/// path algorithm", 1987.
Feasibility solve_assignment(const AssignmentView& problem);
/// The same; here every pair is allowed.
Feasibility solve_assignment(const WideAssignmentView& problem);

}  // namespace specbridge
