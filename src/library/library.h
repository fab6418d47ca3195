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
#include "library/molecule_library.h"
#include "specbridge/context.h"
#include "specbridge/molecule_text.h"

namespace specbridge {

class LibraryShard;

/// Precomputed molecule vectors with their molecules and an index over them, in one or several
/// shards. Rows are numbered from shard to shard; within a shard they are in order of mass, then
/// SMILES. Some may count as gone: they keep their numbers, but are no candidates. Opens without a
/// model; vectors and texts are read through memory maps and checked, block by block, when first
/// touched. Thread-safe.
class Library final : public MoleculeLibrary {
 public:
  /// @throws ArtifactError
  static Library open(const std::filesystem::path& dir);
  /// Several libraries as one: the rows of the first, then those of the second, ...
  /// @throws ArtifactError when they are not of one molecule encoder, or of other further columns
  static Library open(std::span<const std::filesystem::path> dirs);
  ~Library() override;
  Library(Library&&) noexcept;

  std::size_t rows() const noexcept override;
  std::size_t molecules() const noexcept override;
  std::size_t dim() const noexcept override;
  const std::string& molecule_encoder_fingerprint() const noexcept override;
  /// SHA-256 of the manifest; of several libraries that of their fingerprints.
  const std::string& fingerprint() const noexcept override;

  StructureKey structure(std::size_t row) const override;
  double mass(std::size_t row) const override;
  MoleculeText text(std::size_t row) const override;
  std::vector<std::string> further_columns() const override;
  bool numbered_in_order() const noexcept override;
  bool before(std::size_t a, std::size_t b) const override;
  const RowStore& vectors() const noexcept override;
  bool has_encoded_vectors() const noexcept override;
  std::vector<RowRange> within(double low, double high) const override;
  std::vector<std::size_t> with_formula(const std::string& hill) const override;
  std::optional<std::size_t> find(const Molecule& molecule) const override;
  /// What the indexes of all shards hold for the best is scored exactly.
  std::vector<std::vector<Neighbor>> nearest(MatrixView queries, std::size_t k,
                                             IndexEffort effort) const override;

  std::span<const LibraryShard> shards() const noexcept;
  /// Rows that count as gone, ascending.
  const std::vector<std::size_t>& removed() const noexcept;

 private:
  struct Impl;
  std::vector<std::vector<Neighbor>> found_by_indexes(MatrixView queries, std::size_t k,
                                                      IndexEffort effort) const;
  void score_exactly(std::span<const float> query, std::vector<Neighbor>& rows) const;
  explicit Library(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
