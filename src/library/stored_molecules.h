#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chem/molecule.h"
#include "index/row_set.h"
#include "library/molecule_store.h"
#include "store/block_file.h"
#include "store/manifest.h"

namespace specbridge {

/// Molecules of an artifact by row, in order of mass, then SMILES. Files are read through memory
/// maps and checked, block by block, when first touched; texts are unpacked when asked for.
/// Thread-safe.
class StoredMolecules final : public MoleculeStore {
 public:
  /// @param manifest of the directory that build/molecule_files.h wrote into; its
  /// "further_columns" name what rows have beside what all have
  /// @param rows that it states @throws ArtifactError when the files do not hold them
  StoredMolecules(const Manifest& manifest, std::size_t rows);
  ~StoredMolecules() override;
  StoredMolecules(StoredMolecules&&) noexcept;

  std::size_t rows() const noexcept override;
  StructureKey structure(std::size_t row) const override;
  double mass(std::size_t row) const override;
  MoleculeText text(std::size_t row) const override;
  std::vector<std::string> further_columns() const override;
  /// The rows whose exact mass lies in [low, high] Da: one slice.
  RowRange within(double low, double high) const;
  /// The rows of a formula in Hill order without charge, ascending; isotope-labelled molecules are
  /// not among them.
  std::vector<std::size_t> with_formula(const std::string& hill) const;
  /// The row of a standardised molecule.
  std::optional<std::size_t> find(const Molecule& molecule) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// By what formulas are told apart without reading texts: the xxHash64 of the formula in Hill order
/// without charge. 0: isotope-labelled, a search by formula does not find it.
std::uint64_t formula_hash(const std::string& formula);

/// Whether a file holds exactly `count` items; no number, however large, can deceive it.
bool holds(const BlockFile& file, std::uint64_t count, std::uint64_t item_bytes);

}  // namespace specbridge
