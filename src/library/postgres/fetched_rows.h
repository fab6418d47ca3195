#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "index/row_store.h"

namespace specbridge {

/// Some float16 rows of a store in memory; they score as StoredRows of float16 do. Others must not
/// be asked for.
class FetchedRows final : public RowStore {
 public:
  /// @param rows ascending, each once @param of of the store
  FetchedRows(std::vector<std::size_t> rows, RowSize of)
      : rows_(std::move(rows)), of_(of), values_(rows_.size() * of.dim) {}

  std::size_t rows() const noexcept override { return of_.rows; }
  std::size_t dim() const noexcept override { return of_.dim; }
  void scores(std::span<const float> query, const RowSet& rows,
              std::span<float> scores) const override;
  void decode(const RowSet& rows, std::span<float> vectors) const override;

  /// Where the vector of a row belongs [dim()]; empty: the row is none of these.
  std::span<std::uint16_t> place_of(std::size_t row);

 private:
  std::size_t index_of(std::size_t row) const;
  /// Calls visit(values of rows that lie together, how many).
  template <typename Visit>
  void for_each_run(const RowSet& rows, Visit&& visit) const;

  std::vector<std::size_t> rows_;
  RowSize of_;
  std::vector<std::uint16_t> values_;
};

}  // namespace specbridge
