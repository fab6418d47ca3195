#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chem/molecule.h"
#include "index/row_store.h"
#include "index/vector_index.h"
#include "library/molecule_store.h"
#include "specbridge/context.h"
#include "specbridge/molecule_text.h"

namespace specbridge {

/// Precomputed molecule vectors in order of mass, then SMILES, with their molecules and a FAISS
/// index. Opens without a model; vectors and texts are read through memory maps and checked, block
/// by block, when first touched. Thread-safe.
class Library final : public MoleculeStore {
 public:
  /// @throws ArtifactError
  static Library open(const std::filesystem::path& dir);
  ~Library() override;
  Library(Library&&) noexcept;

  std::size_t rows() const noexcept override;
  std::size_t dim() const noexcept;
  const std::string& molecule_encoder_fingerprint() const noexcept;
  const std::string& fingerprint() const noexcept;  ///< SHA-256 of the manifest

  StructureKey structure(std::size_t row) const override;
  double mass(std::size_t row) const override;
  MoleculeText text(std::size_t row) const override;
  std::vector<std::string> further_columns() const override;
  const RowStore& vectors() const noexcept;              ///< of unit length
  std::span<const float> vector(std::size_t row) const;  ///< [dim()], unit length
  /// The rows whose exact mass lies in [low, high] Da: one slice.
  RowRange within(double low, double high) const;
  /// The rows of a formula in Hill order without charge, ascending; isotope-labelled molecules are
  /// not among them.
  std::vector<std::size_t> with_formula(const std::string& hill) const;
  /// The row of a standardised molecule.
  std::optional<std::size_t> find(const Molecule& molecule) const;
  /// Candidates of an open search by the FAISS index, with the index's own scores.
  std::vector<std::vector<Neighbor>> nearest(MatrixView queries, std::size_t k,
                                             std::size_t effort) const;

 private:
  struct Impl;
  explicit Library(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
