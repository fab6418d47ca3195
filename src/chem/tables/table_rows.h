#pragma once

#include <memory>
#include <optional>
#include <string>

#include "chem/tables/molecule_table.h"
#include "store/separated_rows.h"

namespace specbridge {

/// The rows of one kind of table.
class TableRows {
 public:
  virtual ~TableRows() = default;
  /// The next row; nothing at the end.
  virtual std::optional<MoleculeRecord> next(TableLines& lines) = 0;
};

/// Whether a line carries no row: blank, or a comment that begins with '#'.
bool is_filler(const std::string& line);

/// Which of the first two columns of a table without header holds the SMILES.
enum class SmilesColumn { first, second };

/// One line of a table without header: id and SMILES, whichever comes first. Nothing in the second
/// column is an empty text.
struct TwoColumns {
  std::string first, second;
  bool separated = false;  ///< whether there is a second column
};
TwoColumns split_columns(const std::string& line);

std::unique_ptr<TableRows> smiles_list_rows(SmilesColumn smiles);

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

/// Whether the coming lines are those of an SDF.
bool is_sdf(TableLines& lines);
std::unique_ptr<TableRows> sdf_rows();

}  // namespace specbridge
