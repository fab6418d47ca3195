#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/database_address.h"
#include "library/molecule_library.h"

namespace specbridge {

/// A library that `specbridge export` wrote to a PostgreSQL database: mass windows and formulas are
/// asked of the server, vectors and texts fetched block by block and checked by their checksums.
/// Scores are those of the same library with float16 rows. Memory: some hundred megabytes, whatever
/// the library's size. Thread-safe; any call may throw ArtifactError when the server is gone or a
/// row is damaged.
class PostgresLibrary final : public MoleculeLibrary {
 public:
  /// @throws ArtifactError when the server does not answer, or holds no library that is whole
  static PostgresLibrary open(const DatabaseAddress& address);
  ~PostgresLibrary() override;
  PostgresLibrary(PostgresLibrary&&) noexcept;

  std::size_t rows() const noexcept override;
  std::size_t dim() const noexcept override;
  const std::string& molecule_encoder_fingerprint() const noexcept override;
  const std::string& fingerprint() const noexcept override;  ///< of the library that was exported

  StructureKey structure(std::size_t row) const override;
  double mass(std::size_t row) const override;
  MoleculeText text(std::size_t row) const override;
  std::vector<std::string> further_columns() const override;
  const RowStore& vectors() const noexcept override;
  std::vector<RowRange> within(double low, double high) const override;
  std::vector<std::vector<RowRange>> within_each(
      std::span<const MassWindow> windows) const override;
  std::vector<std::size_t> with_formula(const std::string& hill) const override;
  std::optional<std::size_t> find(const Molecule& molecule) const override;
  /// @throws UsageError always: there is no index over all vectors
  std::vector<std::vector<Neighbor>> nearest(MatrixView queries, std::size_t k,
                                             IndexEffort effort) const override;

 private:
  struct Impl;
  class Rows;
  explicit PostgresLibrary(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  std::unique_ptr<const Rows> rows_;
};

}  // namespace specbridge
