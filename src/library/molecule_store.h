#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/row_set.h"
#include "ranking/structures.h"
#include "specbridge/molecule_text.h"

namespace specbridge {

/// Molecules by row. Texts are dear: whoever compares many rows asks for structure and mass, and
/// for texts of the few that are shown. Thread-safe.
class MoleculeStore {
 public:
  virtual ~MoleculeStore() = default;
  virtual std::size_t rows() const noexcept = 0;
  /// Tells the structures of rows apart.
  virtual StructureKey structure(std::size_t row) const = 0;
  virtual double mass(std::size_t row) const = 0;  ///< monoisotopic, Da
  virtual MoleculeText text(std::size_t row) const = 0;
  /// Whether rows are numbered in the order of mass, then SMILES. Where they are not, before()
  /// tells which of two comes first: nothing else may hang on how rows are numbered.
  virtual bool numbered_in_order() const noexcept { return true; }
  virtual bool before(std::size_t a, std::size_t b) const { return a < b; }
  /// What the further values of a text are called.
  virtual std::vector<std::string> further_columns() const { return {}; }
};

/// The row of a SMILES among rows of one mass, which are in order of SMILES.
std::optional<std::size_t> row_with_smiles(const MoleculeStore& molecules, RowRange rows,
                                           std::string_view smiles);

}  // namespace specbridge
