#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "index/row_values.h"
#include "specbridge/row_type.h"
#include "store/block_file.h"

namespace specbridge {

/// "vectors.f32", "vectors.f16", "vectors.i8", behind a prefix.
std::string vectors_file_name(RowType type, std::string_view prefix = {});
/// The scales of int8 rows.
constexpr const char* kScalesFile = "scales.f32";

/// Writes rows into block files of a folder, which StoredRows reads.
class RowWriter {
 public:
  /// @param dir exists @param prefix of the names of its files @throws OutputError
  RowWriter(const std::filesystem::path& dir, RowType type, std::size_t dim,
            std::string_view prefix = {});

  /// Stores a row as encode_row() has it. @param row [dim] @throws std::invalid_argument
  void add(std::span<const float> row);
  /// Stores a row of another store as it is. @param bytes, scale StoredRows::stored() and scale()
  /// of a store of this type and dimension @throws std::invalid_argument when the sizes differ
  void add_stored(std::string_view bytes, float scale);
  std::size_t rows() const noexcept { return rows_; }
  RowType type() const noexcept { return type_; }
  std::size_t dim() const noexcept { return dim_; }
  /// Files without it are refused by the reader. @throws OutputError
  void finish();

 private:
  RowType type_;
  std::size_t dim_, rows_ = 0;
  BlockWriter vectors_;
  std::optional<BlockWriter> scales_;
  EncodedRow encoded_;
};

}  // namespace specbridge
