#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/error.h"

namespace specbridge {

/// One row of a molecule table, before any chemistry. `problem` not empty: the row could not be
/// read.
struct MoleculeRecord {
  std::string id;
  std::string smiles;  ///< or the InChI where there is none
  SourcePos origin;
  std::string problem;
  std::string name = {};               ///< of the compound; empty: none is stated
  std::string inchikey = {};           ///< as stated
  std::vector<std::string> kept = {};  ///< values of the columns that were asked for
};

/// Streams a molecule table, plain or gzip-compressed, "-" for standard input. Recognised by
/// content: `id<TAB>SMILES` (PubChem's CID-SMILES), `SMILES[<blank or tab>id]`, CSV or TSV with a
/// header that names a SMILES or an InChI column (comma, semicolon or tab; quotes as in RFC 4180),
/// and SDF (the id is PUBCHEM_COMPOUND_CID, DATABASE_ID, the title line, else the first tag named
/// after an id; tags are its columns). SMILES may be followed by a ChemAxon extension; InChI may
/// stand for them. A row without id gets its 1-based row number.
class MoleculeTable {
 public:
  /// @param keep columns whose values each record brings along, by name; case, blanks, "_" and "-"
  /// do not matter @throws InputError when the file is missing or no molecule table
  explicit MoleculeTable(const std::filesystem::path& path,
                         const std::vector<std::string>& keep = {});
  ~MoleculeTable();
  MoleculeTable(MoleculeTable&&) noexcept;

  /// The next row; nothing at the end. @throws InputError for a damaged gzip stream
  std::optional<MoleculeRecord> next();
  /// "id-smiles", "smiles-id", "csv", "sdf".
  const std::string& format() const noexcept;
  /// The columns that a header names; empty where there is none.
  const std::vector<std::string>& columns() const noexcept;
  double fraction_read() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
