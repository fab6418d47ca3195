#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "chem/tables/table_rows.h"

namespace specbridge {

/// Where a header line names its columns.
struct TableHeader {
  char separator = ',';
  std::size_t smiles = 0;
  std::optional<std::size_t> id;
};
/// Reads a line as a header; nothing when no column is named after SMILES.
std::optional<TableHeader> parse_header(const std::string& line);

/// The text in the SMILES column of one line; "" when the line has no such column.
std::string separated_smiles(const std::string& line, const TableHeader& header);

/// Rows below a header line, which has been read.
std::unique_ptr<TableRows> separated_rows(const TableHeader& header);

}  // namespace specbridge
