#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "specbridge/error.h"
#include "store/line_reader.h"

namespace specbridge {

struct TableLine {
  std::string text;
  std::size_t number = 0;  ///< 1-based
};

/// Lines of a table that can be looked at before they are read.
class TableLines {
 public:
  explicit TableLines(LineReader reader) : reader_(std::move(reader)) {}

  std::optional<TableLine> next();
  /// The line `ahead` places after the next one, kept for next(). Nothing past the end.
  const TableLine* peek(std::size_t ahead);
  SourcePos at(std::size_t line) const { return {reader_.name(), line}; }
  double fraction_read() const { return reader_.fraction_read(); }

 private:
  LineReader reader_;
  std::deque<TableLine> ahead_;
};

/// The cells of one row, quotes as in RFC 4180.
struct SeparatedCells {
  std::vector<std::string> values;
  bool open = false;  ///< a quoted value does not end
};
SeparatedCells split_cells(std::string_view text, char separator);

struct SeparatedRow {
  SeparatedCells cells;
  std::size_t line = 0;  ///< where it begins, 1-based
};
/// The next row that is not blank; nothing at the end. A quoted value may hold line breaks, but not
/// a whole file: when none of the next 100 lines closes it, the row is its first line, left open,
/// so that a stray quote costs one row.
std::optional<SeparatedRow> next_row(TableLines& lines, char separator);

/// How names of columns are compared: lower case without blanks, '_' and '-'.
std::string plain_name(std::string_view name);

}  // namespace specbridge
