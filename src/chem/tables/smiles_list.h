#pragma once

#include <memory>
#include <string>

#include "chem/tables/table_rows.h"

namespace specbridge {

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

}  // namespace specbridge
