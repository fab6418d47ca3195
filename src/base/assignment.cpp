#include "base/assignment.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace specbridge {
namespace {

/// Beyond it a path uses a forbidden pair.
template <typename Value>
constexpr Value kTooFar = std::numeric_limits<Value>::max() / 8 + 1;
static_assert(kTooFar<std::int32_t> < -kForbiddenValue);

/// Buffers of the search for a path, kept between calls.
template <typename Value>
struct PathSearch {
  std::vector<Value> distance;  // [columns]
  std::vector<std::int32_t> from_row;
  std::vector<int> open;  // columns that are not settled
  std::vector<int> settled;

  void start(int size) {
    const auto columns = static_cast<std::size_t>(size);
    distance.assign(columns, std::numeric_limits<Value>::max());
    from_row.resize(columns);
    open.resize(columns);
    std::iota(open.begin(), open.end(), 0);
    settled.clear();
  }
};

template <typename Value>
class Solver {
 public:
  explicit Solver(const BasicAssignmentView<Value>& view) : view_(view) {}

  Feasibility solve() {
    for (int row = 0; row < view_.size; ++row) {
      if (!price_row(row)) return Feasibility::infeasible;
    }
    for (int row = 0; row < view_.size; ++row) {
      if (at(view_.column_of, row) < 0 && !augment(row)) return Feasibility::infeasible;
    }
    return Feasibility::feasible;
  }

 private:
  template <typename Entry>
  static Entry& at(std::span<Entry> values, int i) {
    return values[static_cast<std::size_t>(i)];
  }
  template <typename Entry>
  static Entry& at(std::vector<Entry>& values, int i) {
    return values[static_cast<std::size_t>(i)];
  }
  const Value* row_values(int row) const {
    return view_.values.data() + static_cast<std::ptrdiff_t>(row) * view_.size;
  }

  /// Sets the lowest price a row may have and undoes its match when that is not tight any more.
  bool price_row(int row) {
    const Value* values = row_values(row);
    const Value* prices = view_.column_price.data();
    Value best = std::numeric_limits<Value>::min();
    for (int j = 0; j < view_.size; ++j) best = std::max(best, values[j] - prices[j]);
    if (best < -kTooFar<Value>) return false;
    at(view_.row_price, row) = best;
    std::int32_t& column = at(view_.column_of, row);
    if (column >= 0 && values[column] - prices[column] == best) return true;
    if (column >= 0) at(view_.row_of, column) = -1;
    column = -1;
    for (int j = 0; j < view_.size; ++j) {
      if (values[j] - prices[j] == best && at(view_.row_of, j) < 0) {
        column = j;
        at(view_.row_of, j) = row;
        break;
      }
    }
    return true;
  }

  /// Continues paths that reach a row over `length`; settles and returns the nearest column, -1
  /// when none is left within reach.
  int settle_next(int row, Value length, PathSearch<Value>& search) const {
    const Value* values = row_values(row);
    const Value* prices = view_.column_price.data();
    const Value offset = length + view_.row_price[static_cast<std::size_t>(row)];
    Value* distance = search.distance.data();
    Value nearest = kTooFar<Value>;
    std::size_t found = search.open.size();
    for (std::size_t k = 0; k < search.open.size(); ++k) {
      const int j = search.open[k];
      const Value through = offset + prices[j] - values[j];
      if (through < distance[j]) {
        distance[j] = through;
        search.from_row[static_cast<std::size_t>(j)] = row;
      }
      if (distance[j] < nearest) {
        nearest = distance[j];
        found = k;
      }
    }
    if (found == search.open.size()) return -1;
    const int column = search.open[found];
    search.open[found] = search.open.back();
    search.open.pop_back();
    return column;
  }

  /// Gives a free row a column along the path that costs least.
  bool augment(int row) {
    thread_local PathSearch<Value> search;
    search.start(view_.size);
    int column = settle_next(row, 0, search);
    while (column >= 0 && at(view_.row_of, column) >= 0) {
      search.settled.push_back(column);
      column = settle_next(at(view_.row_of, column), at(search.distance, column), search);
    }
    if (column < 0) return false;
    update_prices(row, at(search.distance, column), search);
    flip(row, column, search);
    return true;
  }

  void update_prices(int row, Value length, PathSearch<Value>& search) const {
    for (const int column : search.settled) {
      const Value change = length - at(search.distance, column);
      at(view_.column_price, column) += change;
      at(view_.row_price, at(view_.row_of, column)) -= change;
    }
    at(view_.row_price, row) -= length;
  }

  void flip(int row, int column, PathSearch<Value>& search) const {
    while (true) {
      const int owner = at(search.from_row, column);
      at(view_.row_of, column) = owner;
      std::swap(at(view_.column_of, owner), column);
      if (owner == row) return;
    }
  }

  const BasicAssignmentView<Value>& view_;
};

}  // namespace

Feasibility solve_assignment(const AssignmentView& problem) {
  return Solver(problem).solve();
}

Feasibility solve_assignment(const WideAssignmentView& problem) {
  return Solver(problem).solve();
}

}  // namespace specbridge
