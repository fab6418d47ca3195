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
  std::vector<std::string> names;       ///< as written
  std::vector<std::size_t> structures;  ///< of SMILES and InChI, the best first; at least one
  std::optional<std::size_t> id, name, inchikey;
  std::vector<std::optional<std::size_t>> kept;  ///< where the columns asked for stand
};
/// Reads a line as a header; nothing when no column is named after SMILES or InChI.
/// @param keep further columns that are wanted
std::optional<TableHeader> parse_header(const std::string& line,
                                        const std::vector<std::string>& keep = {});

/// The text in the structure columns of one line, the first that says something; "" when the line
/// has none.
std::string separated_structure(const std::string& line, const TableHeader& header);

/// Rows below a header line, which has been read. A row with more values than the header has
/// columns is a problem; empty cells behind its last value are none.
std::unique_ptr<TableRows> separated_rows(const TableHeader& header);

}  // namespace specbridge
