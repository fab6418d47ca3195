#pragma once

#include <cstddef>
#include <string>

#include "library/postgres/catalogue.h"
#include "library/postgres/connection.h"

namespace specbridge {

/// The type of a vector as SQL names it, "public.halfvec(768)".
/// @throws ArtifactError when the server is too old, has no pgvector with that type, or the type
/// does not reach to so many dimensions
std::string checked_vector_type(PostgresConnection& connection, std::size_t dim);

/// Makes schema and tables of metadata where they are missing, and keeps others from exporting to
/// the schema while the connection is open. @throws ArtifactError when somebody else exports to it
void prepare_schema(PostgresConnection& connection, const CatalogueNames& names);

/// Drops the molecules of all other libraries in the schema, finished or not.
void drop_others(PostgresConnection& connection, const CatalogueNames& names,
                 const CatalogueFacts& facts);

/// Bytes of the tables of a library with their indexes.
std::size_t size_on_server(PostgresConnection& connection, const CatalogueNames& names,
                           const CatalogueFacts& facts);

/// A text in an array as PostgreSQL reads it.
std::string array_item(const std::string& text);

}  // namespace specbridge
