#include "pipeline/vectors/vector_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

#include "base/matrix.h"
#include "base/text.h"
#include "specbridge/embed.h"
#include "specbridge/error.h"
#include "store/encoded/numpy_array.h"
#include "store/paths.h"

namespace specbridge {

void check_vectors_name(const std::filesystem::path& out) {
  if (out.extension() != ".npy") {
    throw UsageError(
        fmt::format("{}: vectors are written as a NumPy array; name a file that ends in .npy",
                    out == "-" ? "standard output" : out.string()));
  }
  if (!is_stream(out)) return;
  throw UsageError(fmt::format(
      "{}: vectors cannot go through a pipe, whose beginning would have to wait for the last of "
      "them; name a file",
      out.string()));
}
bool has_direction(std::span<const float> vector, const VectorShape& shape) {
  for (std::size_t member = 0; member < shape.members; ++member) {
    const auto part = vector.subspan(member * shape.dim, shape.dim);
    if (!(dot(part, part) > 0)) return false;
  }
  return true;
}

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
