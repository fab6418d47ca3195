#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace specbridge {

/// Rows [first, last).
struct RowRange {
  std::size_t first = 0, last = 0;
  std::size_t size() const noexcept { return last - first; }
};

/// Rows of a store in an order of their own: some ranges, or single rows, which may be shared by
/// many sets.
class RowSet {
 public:
  using Rows = std::vector<std::size_t>;

  RowSet() = default;
  explicit RowSet(std::vector<RowRange> ranges) : ranges_(std::move(ranges)) {
    for (const auto& range : ranges_) size_ += range.size();
  }
  explicit RowSet(Rows rows) : RowSet(std::make_shared<const Rows>(std::move(rows))) {}
  explicit RowSet(std::shared_ptr<const Rows> rows)
      : rows_(std::move(rows)), size_(rows_->size()) {}
  /// A set of rows that belong to somebody else and outlive it.
  static RowSet referring_to(const Rows& rows) { return RowSet({std::shared_ptr<void>(), &rows}); }

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  /// The first row of a set that is not empty.
  std::size_t front() const {
    for (const auto& range : ranges_) {
      if (range.size() > 0) return range.first;
    }
    return rows_->front();
  }
  /// Single rows, nullptr for a set of ranges: sets with one such list have the same rows.
  const Rows* single_rows() const noexcept { return rows_.get(); }
  /// Calls visit(range) for rows that lie together, in order.
  template <typename Visit>
  void for_each_range(Visit&& visit) const {
    for (const auto& range : ranges_) visit(range);
    if (!rows_) return;
    for (std::size_t i = 0; i < rows_->size();) {
      RowRange range = {(*rows_)[i], (*rows_)[i] + 1};
      while (++i < rows_->size() && (*rows_)[i] == range.last) ++range.last;
      visit(range);
    }
  }
  /// Calls visit(row) for every row, in order.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for_each_range([&](const RowRange& range) {
      for (std::size_t row = range.first; row < range.last; ++row) visit(row);
    });
  }

 private:
  std::vector<RowRange> ranges_;
  std::shared_ptr<const Rows> rows_;
  std::size_t size_ = 0;
};

}  // namespace specbridge
