#include "pipeline/vectors/vector_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <stdexcept>

#include "base/matrix.h"
#include "base/text.h"
#include "specbridge/embed.h"

namespace specbridge {
namespace {

static_assert(std::endian::native == std::endian::little, "vectors are written as they lie");

/// The header of a .npy file, of one length whatever the number of rows.
std::string npy_header(std::size_t rows, std::size_t width) {
  constexpr std::size_t kBytes = 128;  // the format wants a multiple of 64
  constexpr std::string_view kMagic("\x93NUMPY\x01\x00", 8);
  constexpr std::size_t kText = kBytes - kMagic.size() - sizeof(std::uint16_t);
  static_assert(kText < 256);
  std::string header(kMagic);
  header += {static_cast<char>(kText), '\0'};
  header +=
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows, width);
  header.resize(kBytes - 1, ' ');
  return header + "\n";
}

/// Whether every member placed the record.
bool has_direction(std::span<const float> vector, const VectorShape& shape) {
  for (std::size_t member = 0; member < shape.members; ++member) {
    const auto part = vector.subspan(member * shape.dim, shape.dim);
    if (!(dot(part, part) > 0)) return false;
  }
  return true;
}

}  // namespace

VectorTable::VectorTable(const std::filesystem::path& vectors, const VectorShape& shape,
                         const std::vector<std::string>& columns, FileOfRecord file,
                         Existing existing)
    : shape_(shape), file_(file), ids_(ids_beside(vectors), existing), vectors_(vectors, existing) {
  ids_.write(fmt::format("{}\trow\tstatus\tmessage{}\n", fmt::join(columns, "\t"),
                         file == FileOfRecord::shown ? "\tfile" : ""));
  vectors_.write(npy_header(0, shape.width()));
}

void VectorTable::add(EmbeddedRecord record, std::span<const float> vector) {
  if (vector.size() != shape_.width()) throw std::logic_error("a vector of another width");
  if (!has_direction(vector, shape_)) {
    record.status = "no_vector";
    record.message = "the encoder gives no vector of finite length";
    add(record);
    return;
  }
  const auto bytes = std::as_bytes(vector);
  vectors_.write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  write_line(record, std::to_string(rows_));
  ++rows_;
}

void VectorTable::add(const EmbeddedRecord& record) {
  ++without_[std::string(record.status)];
  write_line(record, "");
}

void VectorTable::write_line(const EmbeddedRecord& record, const std::string& row) {
  std::string line;
  for (const auto& cell : record.cells) line += one_line(cell) + "\t";
  line += fmt::format("{}\t{}\t{}", row, record.status, one_line(record.message));
  if (file_ == FileOfRecord::shown) line += "\t" + one_line(record.file);
  ids_.write(line + "\n");
  ++records_;
}

void VectorTable::finish() {
  vectors_.rewrite_start(npy_header(rows_, shape_.width()));
  vectors_.seal();
  ids_.seal();
  ids_.commit();
  vectors_.commit();
}

}  // namespace specbridge
