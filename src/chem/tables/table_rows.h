#pragma once

#include <optional>

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

}  // namespace specbridge
