#include "base/assignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <vector>

#include "base/random.h"

namespace specbridge {
namespace {

struct Problem {
  explicit Problem(int n)
      : size(n),
        values(static_cast<std::size_t>(n * n)),
        row_price(static_cast<std::size_t>(n)),
        column_price(static_cast<std::size_t>(n)),
        column_of(static_cast<std::size_t>(n), -1),
        row_of(static_cast<std::size_t>(n), -1) {}

  Feasibility solve() {
    return solve_assignment({size, values, row_price, column_price, column_of, row_of});
  }
  std::int32_t value(int row, int column) const {
    return values[static_cast<std::size_t>(row * size + column)];
  }

  int size;
  std::vector<std::int32_t> values, row_price, column_price, column_of, row_of;
};

/// The largest sum over all permutations; nothing when each uses a forbidden pair.
std::optional<std::int32_t> by_trying_all(const Problem& problem) {
  std::vector<int> columns(static_cast<std::size_t>(problem.size));
  std::iota(columns.begin(), columns.end(), 0);
  std::optional<std::int32_t> best;
  do {
    std::int32_t sum = 0;
    bool possible = true;
    for (int row = 0; row < problem.size; ++row) {
      const std::int32_t value = problem.value(row, columns[static_cast<std::size_t>(row)]);
      possible = possible && value != kForbiddenValue;
      sum += possible ? value : 0;
    }
    if (possible) best = std::max(best.value_or(sum), sum);
  } while (std::ranges::next_permutation(columns).found);
  return best;
}

std::int32_t sum_of_prices(const Problem& problem) {
  return std::accumulate(problem.row_price.begin(), problem.row_price.end(), 0) +
         std::accumulate(problem.column_price.begin(), problem.column_price.end(), 0);
}

std::int32_t sum_of_matched(const Problem& problem) {
  std::int32_t sum = 0;
  for (int row = 0; row < problem.size; ++row) {
    sum += problem.value(row, problem.column_of[static_cast<std::size_t>(row)]);
  }
  return sum;
}

void draw(Problem& problem, Random& random, std::uint64_t one_in) {
  for (auto& value : problem.values) {
    if (random.below(one_in) != 0) continue;
    value = random.below(4) == 0 ? kForbiddenValue : static_cast<std::int32_t>(random.below(50));
  }
}

TEST(Assignment, PicksTheLargestSum) {
  Problem problem(3);
  problem.values = {7, 5, 0, 6, 1, 0, 0, 3, 2};
  ASSERT_EQ(problem.solve(), Feasibility::feasible);
  EXPECT_EQ(problem.column_of, (std::vector<std::int32_t>{1, 0, 2}));  // 5 + 6 + 2
  EXPECT_EQ(problem.row_of, (std::vector<std::int32_t>{1, 0, 2}));
  EXPECT_EQ(sum_of_prices(problem), 13);
}

TEST(Assignment, AgreesWithTryingAllPermutationsAlsoWhenStartedFromAnOlderSolution) {
  Random random(3);
  for (int trial = 0; trial < 400; ++trial) {
    Problem problem(1 + static_cast<int>(random.below(6)));
    for (int change = 0; change < 4; ++change) {
      draw(problem, random, change == 0 ? 1 : 4);
      const auto best = by_trying_all(problem);
      ASSERT_EQ(problem.solve() == Feasibility::feasible, best.has_value());
      if (!best) break;
      EXPECT_EQ(sum_of_prices(problem), *best);
      EXPECT_EQ(sum_of_matched(problem), *best);
    }
  }
}

TEST(Assignment, LeavesNoPairAboveItsPrices) {
  Random random(5);
  Problem problem(30);
  draw(problem, random, 1);
  ASSERT_EQ(problem.solve(), Feasibility::feasible);
  for (int row = 0; row < problem.size; ++row) {
    for (int column = 0; column < problem.size; ++column) {
      EXPECT_GE(problem.row_price[static_cast<std::size_t>(row)] +
                    problem.column_price[static_cast<std::size_t>(column)],
                problem.value(row, column));
    }
  }
}

TEST(Assignment, TellsValuesApartThatNeedManyDigits) {
  const std::int64_t large = std::int64_t{1} << 40;
  const std::vector<std::int64_t> values = {large, large - 1, large, large - 2};
  std::vector<std::int64_t> row_price(2), column_price(2);
  std::vector<std::int32_t> column_of(2, -1), row_of(2, -1);
  const WideAssignmentView problem{2, values, row_price, column_price, column_of, row_of};
  ASSERT_EQ(solve_assignment(problem), Feasibility::feasible);
  EXPECT_EQ(column_of, (std::vector<std::int32_t>{1, 0}));  // 2^41 - 1, not 2^41 - 2
}

TEST(Assignment, ARowWithoutChoiceIsInfeasible) {
  Problem problem(2);
  problem.values = {1, 2, kForbiddenValue, kForbiddenValue};
  EXPECT_EQ(problem.solve(), Feasibility::infeasible);
}

TEST(Assignment, TwoRowsWithOneChoiceAreInfeasible) {
  Problem problem(2);
  problem.values = {1, kForbiddenValue, 2, kForbiddenValue};
  EXPECT_EQ(problem.solve(), Feasibility::infeasible);
}

}  // namespace
}  // namespace specbridge
