#include "mces/local_matching.h"

#include <algorithm>
#include <array>

#include "base/assignment.h"

namespace specbridge {
namespace {

constexpr int kSmall = 4;  // bonds of nearly every atom

/// The table padded to 4 x 4, without negative entries.
using SmallTable = std::array<std::int32_t, kSmall * kSmall>;

bool is_small(const LocalTable& table) {
  return table.rows <= kSmall && table.columns <= kSmall;
}

SmallTable padded(const LocalTable& table) {
  SmallTable small{};
  std::size_t from = 0;
  for (int row = 0; row < table.rows; ++row) {
    for (int column = 0; column < table.columns; ++column) {
      small[static_cast<std::size_t>(row * kSmall + column)] = std::max(table.worth[from++], 0);
    }
  }
  return small;
}

/// The two ways in which two rows can share columns a and b; the better one.
std::int32_t best_of_two_rows(const std::int32_t* upper, const std::int32_t* lower, int a, int b) {
  return std::max(upper[a] + lower[b], upper[b] + lower[a]);
}

/// Every split of the four columns between the upper and the lower two rows.
constexpr std::array<std::array<int, 4>, 6> kSplits = {
    {{0, 1, 2, 3}, {0, 2, 1, 3}, {0, 3, 1, 2}, {1, 2, 0, 3}, {1, 3, 0, 2}, {2, 3, 0, 1}}};

std::int32_t value_of_split(const SmallTable& w, const std::array<int, 4>& split) {
  return best_of_two_rows(w.data(), w.data() + 4, split[0], split[1]) +
         best_of_two_rows(w.data() + 8, w.data() + 12, split[2], split[3]);
}

/// Solves a wide table as an assignment problem; returns the column of each row.
std::vector<std::int32_t> solve_wide(const LocalTable& table) {
  const int size = std::max(table.rows, table.columns);
  const auto n = static_cast<std::size_t>(size);
  std::vector<std::int32_t> values(n * n, 0), row_price(n), column_price(n), column_of(n, -1),
      row_of(n, -1);
  for (int row = 0; row < table.rows; ++row) {
    for (int column = 0; column < table.columns; ++column) {
      values[static_cast<std::size_t>(row * size + column)] =
          std::max(table.worth[static_cast<std::size_t>(row * table.columns + column)], 0);
    }
  }
  solve_assignment({size, values, row_price, column_price, column_of, row_of});
  return column_of;
}

void choose(const LocalTable& table, int row, int column, std::vector<int>& chosen) {
  if (row >= table.rows || column >= table.columns) return;
  const int place = row * table.columns + column;
  if (table.worth[static_cast<std::size_t>(place)] > 0) chosen.push_back(place);
}

}  // namespace

std::int32_t best_local_matching(const LocalTable& table) {
  if (is_small(table)) {
    const SmallTable small = padded(table);
    std::int32_t best = 0;
    for (const auto& split : kSplits) best = std::max(best, value_of_split(small, split));
    return best;
  }
  std::vector<int> chosen;
  choose_local_matching(table, chosen);
  std::int32_t sum = 0;
  for (const int place : chosen) sum += table.worth[static_cast<std::size_t>(place)];
  return sum;
}

void choose_local_matching(const LocalTable& table, std::vector<int>& chosen) {
  if (!is_small(table)) {
    const auto column_of = solve_wide(table);
    for (int row = 0; row < table.rows; ++row) {
      choose(table, row, column_of[static_cast<std::size_t>(row)], chosen);
    }
    return;
  }
  const SmallTable w = padded(table);
  const auto& split = *std::ranges::max_element(
      kSplits, {}, [&](const auto& candidate) { return value_of_split(w, candidate); });
  for (int half = 0; half < 2; ++half) {
    const int row = 2 * half;
    const std::int32_t* upper = w.data() + row * kSmall;
    int a = split[static_cast<std::size_t>(row)], b = split[static_cast<std::size_t>(row + 1)];
    if (upper[a] + upper[kSmall + b] < upper[b] + upper[kSmall + a]) std::swap(a, b);
    choose(table, row, a, chosen);
    choose(table, row + 1, b, chosen);
  }
}

}  // namespace specbridge
