#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/separated_rows.h"

namespace specbridge {

/// The first line of a table of any program.
struct TableHeader {
  char separator = '\t';
  std::vector<std::string> names;  ///< as written
  std::size_t line = 0;            ///< 1-based

  /// Where the columns stand whose name is `plain`, as plain_column() has it.
  std::vector<std::size_t> places_of(std::string_view plain) const;
};

/// Tab, semicolon or comma: what makes most cells of a line; tab where nothing makes two.
char separator_of(std::string_view line);
/// Takes the first line that is not blank. Nothing: there is none.
std::optional<TableHeader> read_table_header(TableLines& lines);
/// How names of columns of other programs are compared: plain_name() without '#'.
std::string plain_column(std::string_view name);
/// What a cell of another program's table says; a missing value ("", "N/A") is empty.
std::string_view value_of_cell(std::string_view cell);

}  // namespace specbridge
