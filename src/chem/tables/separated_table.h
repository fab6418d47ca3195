#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chem/tables/table_rows.h"

namespace specbridge {

/// Where a header line names its columns.
struct TableHeader {
  char separator = ',';
  std::size_t columns = 0;
  std::vector<std::size_t> structures;  ///< of SMILES and InChI, the best first; at least one
  std::optional<std::size_t> id;
};
/// Reads a line as a header; nothing when no column is named after SMILES or InChI.
std::optional<TableHeader> parse_header(const std::string& line);

/// The text in the structure columns of one line, the first that says something; "" when the line
/// has none.
std::string separated_structure(const std::string& line, const TableHeader& header);

/// Rows below a header line, which has been read. A row with more values than the header has
/// columns is a problem; empty cells behind its last value are none.
std::unique_ptr<TableRows> separated_rows(const TableHeader& header);

}  // namespace specbridge
