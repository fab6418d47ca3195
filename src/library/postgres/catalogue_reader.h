#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/database_address.h"
#include "index/row_set.h"
#include "library/postgres/catalogue.h"
#include "specbridge/molecule_text.h"
#include "specbridge/tolerance.h"

namespace specbridge {

/// Asks a library in PostgreSQL for rows. Thread-safe: calls wait for each other. All throw
/// ArtifactError when the server is gone, or a row is missing or damaged.
class CatalogueReader {
 public:
  /// Reads what the schema says of its library. @throws ArtifactError when there is none that is
  /// whole, or none that this program can read
  explicit CatalogueReader(const DatabaseAddress& address);

  const CatalogueFacts& facts() const noexcept { return facts_; }
  const std::string& shown() const noexcept { return connection_.shown(); }

  /// The rows of mass windows, each as MoleculeLibrary::within().
  std::vector<std::vector<RowRange>> within_each(std::span<const MassWindow> windows) const;
  /// The rows of a formula in Hill order, ascending.
  std::vector<std::size_t> with_formula(const std::string& hill, const MassWindow& window) const;

  /// Calls take(row, molecule) for the rows that are there, ascending. @param ranges ascending
  void molecules(std::span<const RowRange> ranges,
                 const std::function<void(std::size_t row, const MoleculeText&)>& take) const;
  /// Fills in the vectors of the rows that are there. @param rows ascending, each once
  /// @param place_of where the vector of rows[index] belongs; called once for each that is there
  void vectors(std::span<const std::size_t> rows,
               const std::function<std::span<std::uint16_t>(std::size_t index)>& place_of) const;

  /// What to throw where a row is not there.
  ArtifactError missing(std::size_t row) const;

 private:
  /// Calls take for every row of binary COPY.
  void copy(const std::string& select, std::vector<std::size_t> groups,
            BinaryReader::Take take) const;
  /// "SELECT columns" over the ranges, part by part.
  std::string select(const std::string& columns, std::span<const RowRange> ranges) const;
  RowRange checked_range(const CataloguePart& part, const MassWindow& window,
                         const std::vector<PostgresConnection::Cell>& found) const;
  PostgresConnection::Rows ask(const std::string& statement,
                               const std::vector<std::string>& values = {}) const;
  std::string part(const CataloguePart& part) const { return names_.part(facts_, part.number); }

  mutable std::mutex mutex_;
  mutable PostgresConnection connection_;
  CatalogueNames names_;
  CatalogueFacts facts_;
  std::vector<CataloguePart> parts_;
};

}  // namespace specbridge
