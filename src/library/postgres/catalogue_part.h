#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "library/molecule_library.h"
#include "library/postgres/catalogue.h"
#include "library/postgres/connection.h"
#include "specbridge/context.h"

namespace specbridge {

/// The masses that a table takes: [low, high) Da, without a bound where there is no neighbour.
struct MassBounds {
  std::optional<double> low = {}, high = {};
};

/// Writes and checks the tables of an export.
class CatalogueParts {
 public:
  /// All must outlive the object.
  CatalogueParts(const MoleculeLibrary& library, PostgresConnection& connection,
                 const CatalogueNames& names, const CatalogueFacts& facts)
      : library_(library), connection_(connection), names_(names), facts_(facts) {}

  /// @param type of vectors, as SQL names it
  void use_vector_type(std::string type) { vector_type_ = std::move(type); }

  /// Copies the rows of a part into a new table, reads them back and compares, makes the indexes,
  /// and lists the part. Within a transaction of the caller's. @throws ArtifactError, Interrupted
  void write(const CataloguePart& part, const MassBounds& bounds, const RunContext& context);
  /// The table that has the parts as its partitions, without any.
  void make_parent();

  /// What is wrong with a part by count and checksums of its rows; empty: nothing. Reads an index.
  std::string damage(const CataloguePart& listed);
  /// The same, every row read and its checksums worked out.
  std::string damage_by_reading(const CataloguePart& listed, const RunContext& context);

 private:
  std::string columns() const;
  RowSums copy(const CataloguePart& part, const RunContext& context);

  const MoleculeLibrary& library_;
  PostgresConnection& connection_;
  const CatalogueNames& names_;
  const CatalogueFacts& facts_;
  std::string vector_type_;
};

}  // namespace specbridge
