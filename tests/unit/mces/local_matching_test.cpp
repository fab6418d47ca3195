#include "mces/local_matching.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/random.h"

namespace specbridge {
namespace {

std::int32_t entry(const LocalTable& table, int row, int column) {
  return table.worth[static_cast<std::size_t>(row * table.columns + column)];
}

/// Row by row: leave it out, or give it any free column.
std::int32_t by_trying_all(const LocalTable& table, int row, unsigned taken) {
  if (row == table.rows) return 0;
  std::int32_t best = by_trying_all(table, row + 1, taken);
  for (int column = 0; column < table.columns; ++column) {
    if ((taken >> column & 1U) != 0) continue;
    best = std::max(
        best, entry(table, row, column) + by_trying_all(table, row + 1, taken | 1U << column));
  }
  return best;
}

TEST(LocalMatching, TakesEachRowAndColumnOnce) {
  const std::vector<std::int32_t> worth = {5, 4, 4, 1};
  EXPECT_EQ(best_local_matching({2, 2, worth}), 8);
}

TEST(LocalMatching, LeavesEntriesBelowZeroAlone) {
  const std::vector<std::int32_t> worth = {-1, 3, -1, -1};
  EXPECT_EQ(best_local_matching({2, 2, worth}), 3);
  std::vector<int> chosen;
  choose_local_matching({2, 2, worth}, chosen);
  EXPECT_EQ(chosen, std::vector<int>{1});
}

TEST(LocalMatching, AnEmptyTableIsWorthNothing) {
  EXPECT_EQ(best_local_matching({0, 3, {}}), 0);
}

TEST(LocalMatching, AgreesWithTryingAll) {
  Random random(7);
  for (int trial = 0; trial < 2000; ++trial) {
    const int rows = 1 + static_cast<int>(random.below(6));
    const int columns = 1 + static_cast<int>(random.below(6));
    std::vector<std::int32_t> worth(static_cast<std::size_t>(rows * columns));
    for (auto& value : worth) value = static_cast<std::int32_t>(random.below(40)) - 10;
    EXPECT_EQ(best_local_matching({rows, columns, worth}),
              by_trying_all({rows, columns, worth}, 0, 0));
  }
}

TEST(LocalMatching, TheChosenEntriesAttainTheValue) {
  Random random(8);
  for (int trial = 0; trial < 500; ++trial) {
    const int rows = 1 + static_cast<int>(random.below(6));
    const int columns = 1 + static_cast<int>(random.below(6));
    std::vector<std::int32_t> worth(static_cast<std::size_t>(rows * columns));
    for (auto& value : worth) value = static_cast<std::int32_t>(random.below(40)) - 10;
    std::vector<int> chosen;
    choose_local_matching({rows, columns, worth}, chosen);
    std::set<int> used_rows, used_columns;
    std::int32_t sum = 0;
    for (const int place : chosen) {
      EXPECT_TRUE(used_rows.insert(place / columns).second);
      EXPECT_TRUE(used_columns.insert(place % columns).second);
      sum += worth[static_cast<std::size_t>(place)];
    }
    EXPECT_EQ(sum, best_local_matching({rows, columns, worth}));
  }
}

}  // namespace
}  // namespace specbridge
