#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chem/molecule.h"
#include "library/build/molecule_labels.h"
#include "specbridge/context.h"

namespace specbridge {

/// Writes the files of a library. Rows must come in order of mass, then SMILES.
class LibraryWriter {
 public:
  LibraryWriter(std::filesystem::path dir, std::size_t dim);
  ~LibraryWriter();
  LibraryWriter(LibraryWriter&&) noexcept;

  /// @param labels id, name and further values, as many as Origin::further_columns
  /// @param vector [dim], unit length @throws std::logic_error when out of order
  void add(const MoleculeLabels& labels, const Molecule& molecule, std::span<const float> vector);
  std::size_t rows() const noexcept;

  /// What the manifest says beside the counts that the writer knows.
  struct Origin {
    std::string factory;  ///< FAISS index
    std::string molecule_encoder_fingerprint, molecule_encoder_architecture;
    std::size_t read = 0, duplicates = 0, rejected = 0;
    std::vector<std::pair<std::string, std::string>> inputs;  ///< path, SHA-256
    std::vector<std::string> further_columns = {};            ///< names of the further values
  };
  /// Closes the files, builds the FAISS index and writes the manifest.
  /// @throws UsageError when the index does not suit the number of rows
  void finish(const Origin& origin, const RunContext& context);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
