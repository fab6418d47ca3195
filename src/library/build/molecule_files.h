#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

#include "chem/molecule.h"
#include "library/build/molecule_labels.h"

namespace specbridge {

/// Writes the files that StoredMolecules reads. Rows must come in order of mass, then SMILES, each
/// once.
class MoleculeFilesWriter {
 public:
  /// @throws OutputError
  explicit MoleculeFilesWriter(const std::filesystem::path& dir);
  ~MoleculeFilesWriter();
  MoleculeFilesWriter(MoleculeFilesWriter&&) noexcept;

  /// @param labels id, name and further values, as many as the manifest names
  /// @throws std::logic_error when out of order
  void add(const MoleculeLabels& labels, const Molecule& molecule);
  std::size_t rows() const noexcept;
  /// Exact masses of the first row and of the last, Da.
  double lowest_mass() const noexcept;
  double highest_mass() const noexcept;
  /// Closes the files. A file without its end is refused by the reader.
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
