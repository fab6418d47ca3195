#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "library/postgres/binary_rows.h"
#include "library/postgres/connection.h"

namespace specbridge {

/// Counts up when tables are laid out in another way; see docs/formats.md.
inline constexpr int kCatalogueVersion = 1;

/// What a schema says of the library in it.
struct CatalogueFacts {
  std::string key;  ///< names the tables of parts: another library, or other parts, another key
  int format_version = kCatalogueVersion;
  std::size_t rows = 0, dim = 0, part_rows = 0;
  std::string molecule_encoder_fingerprint, molecule_encoder_architecture, library_fingerprint;
  std::size_t standard_form = 0;
  std::vector<std::string> further_columns;
};

/// A table of rows that lie together in order of mass. Rows of one mass are never parted.
struct CataloguePart {
  std::size_t number = 0, first = 0, rows = 0;
  double low_mass = 0, high_mass = 0;  ///< of its first and last row, Da
  RowSums sums = {};
};

/// Names and texts for statements about one schema.
class CatalogueNames {
 public:
  explicit CatalogueNames(std::string schema) : schema_(std::move(schema)) {}

  std::string schema() const;  ///< quoted, as all that follow
  std::string table(const std::string& name) const;
  std::string part(const CatalogueFacts& facts, std::size_t number) const;
  /// The columns of molecules with their checksum, and of vectors with theirs: what binary rows
  /// hold.
  static std::string molecule_columns(const CatalogueFacts& facts);
  static std::string vector_columns() { return "row, vector, vector_sum"; }

 private:
  std::string schema_;
};

/// A name as SQL takes any.
std::string quoted_name(const std::string& name);
/// The name of a column for further values: "keep.cas". @throws ArtifactError when it is too long
std::string further_column(const std::string& name);
/// A column of integers as PostgreSQL reads it in a statement: '{1,2}'.
std::string array_text(const std::vector<std::string>& numbers);

/// The library that is published in the schema, or whatever has this key; nothing: there is none.
/// @throws ArtifactError when the schema was written by a newer program
std::optional<CatalogueFacts> published_catalogue(PostgresConnection& connection,
                                                  const CatalogueNames& names);

/// The parts that are whole, in order of mass.
std::vector<CataloguePart> finished_parts(PostgresConnection& connection,
                                          const CatalogueNames& names, const CatalogueFacts& facts);

}  // namespace specbridge
