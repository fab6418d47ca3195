#pragma once

#include <string>
#include <string_view>

namespace specbridge {

/// Where a library lies in a PostgreSQL database.
struct DatabaseAddress {
  std::string connection;             ///< as libpq takes it; may hold a password
  std::string schema = "specbridge";  ///< of the tables
  std::string shown;                  ///< as messages and records may state it: without passwords
};

/// Whether a text names a database and no directory: postgres://..., postgresql://..., or libpq's
/// "host=... dbname=...".
bool is_database_address(std::string_view text);

/// Reads such a text. Beside what libpq knows it may state the schema: "?schema=NAME" at the end of
/// an address with "://", "schema=NAME" in the other form.
/// @throws UsageError; no message states a password
DatabaseAddress parse_database_address(std::string_view text);

/// What may be shown of a text that names a database; a text that names none stays as it is.
std::string without_password(std::string_view text);

}  // namespace specbridge
