#include "index/row_writer.h"

#include <fmt/format.h>

#include <stdexcept>

namespace specbridge {

std::string vectors_file_name(RowType type, std::string_view prefix) {
  return fmt::format("{}vectors.{}", prefix, to_string(type));
}

RowWriter::RowWriter(const std::filesystem::path& dir, RowType type, std::size_t dim,
                     std::string_view prefix)
    : type_(type), dim_(dim), vectors_(dir / vectors_file_name(type, prefix)) {
  if (type == RowType::i8) scales_.emplace(dir / fmt::format("{}{}", prefix, kScalesFile));
}

void RowWriter::add(std::span<const float> row) {
  if (row.size() != dim_) {
    throw std::invalid_argument(
        fmt::format("a row of {} dimensions for rows of {}", row.size(), dim_));
  }
  encode_row(type_, row, encoded_);
  add_stored(encoded_.bytes, encoded_.scale);
}

void RowWriter::add_stored(std::string_view bytes, float scale) {
  if (bytes.size() != dim_ * bytes_of_number(type_)) {
    throw std::invalid_argument(fmt::format("a row of {} bytes for {} rows of {} dimensions",
                                            bytes.size(), to_string(type_), dim_));
  }
  vectors_.write(bytes);
  if (scales_) scales_->write_values(std::span<const float>(&scale, 1));
  ++rows_;
}

void RowWriter::finish() {
  vectors_.finish();
  if (scales_) scales_->finish();
}

}  // namespace specbridge
