#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "index/row_store.h"
#include "index/vector_index.h"
#include "library/stored_molecules.h"
#include "specbridge/row_type.h"
#include "store/manifest.h"

namespace specbridge {

/// One shard of a library: molecules in order of mass, then SMILES, their vectors and an index
/// over them. Rows are numbered within it. It never changes: libraries share shards. Thread-safe.
class LibraryShard {
 public:
  /// @throws ArtifactError
  static LibraryShard open(const std::filesystem::path& dir);
  ~LibraryShard();
  LibraryShard(LibraryShard&&) noexcept;

  std::size_t rows() const noexcept;
  std::size_t dim() const noexcept;
  const std::string& molecule_encoder_fingerprint() const noexcept;
  /// Exact masses of the first row and of the last, Da; of no rows: infinite and its opposite.
  double lowest_mass() const noexcept;
  double highest_mass() const noexcept;
  const StoredMolecules& molecules() const noexcept;
  const StoredRows& vectors() const noexcept;  ///< of unit length
  /// Lets go of the memory that vectors of rows take which will not be asked for soon.
  void forget_vectors(const RowRange& rows) const noexcept;
  /// Read when first asked for. @throws ArtifactError
  const VectorIndex& index() const;

 private:
  struct Impl;
  explicit LibraryShard(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// How the manifest of a library or a shard says that vectors are kept. @throws ArtifactError
RowType row_type_in(const Manifest& manifest);

}  // namespace specbridge
