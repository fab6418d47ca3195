#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "index/row_store.h"

namespace specbridge {

/// Where the rows of some stores lie, one store behind the other.
class RowPlaces {
 public:
  /// @param counts rows of every store
  explicit RowPlaces(const std::vector<std::size_t>& counts);

  std::size_t rows() const noexcept { return starts_.back(); }
  std::size_t start(std::size_t store) const { return starts_[store]; }
  /// Which store a row lies in, and where in it. @throws ArtifactError when there is no such row
  std::pair<std::size_t, std::size_t> of(std::size_t row) const;
  /// Calls visit(store, range within it) for the parts of a range, in order.
  template <typename Visit>
  void for_each_part(RowRange range, Visit&& visit) const {
    while (range.size() > 0) {
      const auto [store, row] = of(range.first);
      const std::size_t count = std::min(range.size(), starts_[store + 1] - range.first);
      visit(store, RowRange{row, row + count});
      range.first += count;
    }
  }

 private:
  std::vector<std::size_t> starts_;  // of every store, then the end of the last
};

/// Some stores as one: the rows of the first, then those of the second, ...
class ShardedRows final : public RowStore {
 public:
  /// @param stores of one dimension; outlive the object
  ShardedRows(std::vector<const RowStore*> stores, RowPlaces places, std::size_t dim);

  std::size_t rows() const noexcept override { return places_.rows(); }
  std::size_t dim() const noexcept override { return dim_; }
  void scores(std::span<const float> query, const RowSet& rows,
              std::span<float> scores) const override;
  void scores_of_many(std::span<const ScoreRequest> requests,
                      const RunContext& context) const override;
  void decode(const RowSet& rows, std::span<float> vectors) const override;

 private:
  std::vector<const RowStore*> stores_;
  RowPlaces places_;
  std::size_t dim_;
};

}  // namespace specbridge
