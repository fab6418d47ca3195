#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string_view>

#include "index/aligned_numbers.h"
#include "index/kernels/kernels.h"
#include "index/row_set.h"
#include "specbridge/context.h"
#include "specbridge/row_type.h"
#include "store/block_file.h"

namespace specbridge {

/// The score of a row that has no direction: lower than any cosine can be by rounding, so it ranks
/// last.
constexpr float kNoVectorScore = -2;

/// What a query asks of a store.
struct ScoreRequest {
  std::span<const float> query;  ///< [dim]
  const RowSet* rows = nullptr;
  std::span<float> scores;  ///< [rows->size()], to be filled
};

/// How many rows a store holds, and of how many numbers.
struct RowSize {
  std::size_t rows = 0, dim = 0;
};

/// Vectors by row, whatever they are stored as. Thread-safe.
class RowStore {
 public:
  virtual ~RowStore() = default;
  virtual std::size_t rows() const noexcept = 0;
  virtual std::size_t dim() const noexcept = 0;
  /// Inner products of `query` [dim()] with the rows, in their order. The bits of each depend on
  /// query and row alone; a row without direction has kNoVectorScore.
  /// @throws std::invalid_argument for sizes that differ
  /// @param scores [rows.size()]
  virtual void scores(std::span<const float> query, const RowSet& rows,
                      std::span<float> scores) const = 0;
  /// The scores of many queries, each as scores() gives it. Rows in files are read once for all
  /// queries that ask for them, block by block.
  virtual void scores_of_many(std::span<const ScoreRequest> requests,
                              const RunContext& context) const;
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

/// Rows in block files, read through their memory maps. What a score is, exactly:
/// - f32, f16: dot() of base/matrix.h of the query and the row, which float32 holds exactly;
/// - i8: score_of() of index/row_values.h: the inner product of the row's integers and those of
///   integers_of(query), times step and scale.
/// A row of zeros (i8: of scale 0) has kNoVectorScore. Every set of kernels gives the same bits.
class StoredRows : public RowStore {
 public:
  /// @param vectors [rows, dim] of the type @param scales [rows] float32 for i8, else nullptr
  /// Both must outlive the object.
  StoredRows(RowType type, const BlockFile& vectors, const BlockFile* scales, RowSize size,
             const Kernels& kernels = best_kernels());

  RowType type() const noexcept { return type_; }
  std::size_t rows() const noexcept override { return size_.rows; }
  std::size_t dim() const noexcept override { return size_.dim; }
  void scores(std::span<const float> query, const RowSet& rows,
              std::span<float> scores) const override;
  void scores_of_many(std::span<const ScoreRequest> requests,
                      const RunContext& context) const override;
  void decode(const RowSet& rows, std::span<float> vectors) const override;
  /// The bytes of a row, as RowWriter::add_stored() takes them.
  std::string_view stored(std::size_t row) const;
  float scale(std::size_t row) const;  ///< 1 where the type has none

  /// A query, made ready for rows of this type.
  struct Prepared {
    AlignedNumbers<float> values;           ///< [dim], for floats
    AlignedNumbers<std::int16_t> integers;  ///< [dim], for int8: see IntegerQuery
    float step = 0;
  };
  /// @throws std::invalid_argument for another size, or a number that is not finite
  Prepared prepare(std::span<const float> query) const;
  /// The scores of some prepared queries with rows that lie together.
  /// @param scores [queries.size()][rows.size()]
  void scores(std::span<const Prepared* const> queries, const RowRange& rows,
              std::span<float* const> scores) const;

 private:
  const char* bytes(const RowRange& rows) const;
  void score_floats(std::span<const Prepared* const> queries, const RowRange& rows,
                    std::span<float* const> scores) const;
  void score_integers(std::span<const Prepared* const> queries, const RowRange& rows,
                      std::span<float* const> scores) const;

  RowType type_;
  RowSize size_;
  const BlockFile& vectors_;
  const BlockFile* scales_;
  const Kernels& kernels_;
};

/// Opens the rows of a library. Both files must outlive the store.
/// @throws ArtifactError when the files do not hold as many rows of that type
std::unique_ptr<StoredRows> open_rows(RowType type, const BlockFile& vectors,
                                      const BlockFile* scales, std::size_t rows, std::size_t dim);

/// float32 rows, which can be read as they are.
class Float32Rows final : public StoredRows {
 public:
  /// @param file [rows, dim] float32; must outlive the object
  Float32Rows(const BlockFile& file, std::size_t rows, std::size_t dim)
      : StoredRows(RowType::f32, file, nullptr, {rows, dim}), file_(file) {}
  std::span<const float> row(std::size_t i) const { return file_.values<float>(i * dim(), dim()); }

 private:
  const BlockFile& file_;
};

/// Gives rows of zeros kNoVectorScore. Only those with a score of 0 are looked at.
/// @param scores of each query [rows.count]
void mark_zero_rows(RowsAt<float> rows, std::span<float* const> scores);
void mark_zero_rows(RowsAt<std::uint16_t> rows, std::span<float* const> scores);

/// @throws std::logic_error unless query and scores have the sizes that scores() asks for
void check_sizes(const RowStore& store, std::span<const float> query, const RowSet& rows,
                 std::span<const float> scores);

}  // namespace specbridge
