#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "index/row_set.h"
#include "store/block_file.h"

namespace specbridge {

/// The score of a row that has no direction: lower than any cosine can be by rounding, so it ranks
/// last.
constexpr float kNoVectorScore = -2;

/// Vectors by row, whatever they are stored as. Thread-safe.
class RowStore {
 public:
  virtual ~RowStore() = default;
  virtual std::size_t rows() const noexcept = 0;
  virtual std::size_t dim() const noexcept = 0;
  /// Inner products of `query` [dim()] with the rows, in their order. The bits of each depend on
  /// query and row alone; a row without direction has kNoVectorScore.
  /// @param scores [rows.size()]
  virtual void scores(std::span<const float> query, const RowSet& rows,
                      std::span<float> scores) const = 0;
  /// The rows as float32. @param vectors [rows.size(), dim()]
  virtual void decode(const RowSet& rows, std::span<float> vectors) const = 0;

  /// What rows_at_a_time() is of a store that has all its rows at hand.
  static constexpr std::size_t kAllRows = std::numeric_limits<std::size_t>::max();
  /// How many different rows are worth having at hand together; more are asked for block by block.
  virtual std::size_t rows_at_a_time() const noexcept { return kAllRows; }
  /// A store that has these rows at hand for many queries; nullptr: this one has.
  /// @param rows ascending, each once
  virtual std::unique_ptr<RowStore> at_hand(std::span<const std::size_t> /*rows*/) const {
    return nullptr;
  }
};

/// float32 rows in a block file, read through its memory map.
class Float32Rows final : public RowStore {
 public:
  /// @param file [rows, dim] float32; must outlive the object
  Float32Rows(const BlockFile& file, std::size_t rows, std::size_t dim)
      : file_(file), rows_(rows), dim_(dim) {}

  std::size_t rows() const noexcept override { return rows_; }
  std::size_t dim() const noexcept override { return dim_; }
  void scores(std::span<const float> query, const RowSet& rows,
              std::span<float> scores) const override;
  void decode(const RowSet& rows, std::span<float> vectors) const override;
  std::span<const float> row(std::size_t i) const { return file_.values<float>(i * dim_, dim_); }

 private:
  const BlockFile& file_;
  std::size_t rows_, dim_;
};

/// @throws std::logic_error unless query and scores have the sizes that scores() asks for
void check_sizes(const RowStore& store, std::span<const float> query, const RowSet& rows,
                 std::span<const float> scores);

}  // namespace specbridge
