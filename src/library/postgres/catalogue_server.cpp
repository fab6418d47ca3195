#include "library/postgres/catalogue_server.h"

#include <fmt/format.h>

#include "base/text.h"

namespace specbridge {
namespace {

constexpr int kOldestServer = 140000;           // aggregates of checksums
constexpr std::size_t kMostDimensions = 16000;  // of halfvec

/// Tables of parts, whatever their library.
constexpr const char* kPartPattern = "^molecules_[0-9a-f]{16}_[0-9]{5,}$";

}  // namespace

std::string checked_vector_type(PostgresConnection& connection, std::size_t dim) {
  const std::string& shown = connection.shown();
  if (connection.server_version() < kOldestServer) {
    throw ArtifactError(fmt::format("{}: PostgreSQL {}, expected 14 or newer", shown,
                                    connection.server_version() / 10000));
  }
  const auto rows = connection.ask(
      "SELECT quote_ident(n.nspname), e.extversion, EXISTS (SELECT FROM pg_type t WHERE "
      "t.typnamespace = n.oid AND t.typname = 'halfvec') FROM pg_extension e "
      "JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector'");
  if (rows.empty()) {
    throw ArtifactError(
        fmt::format("{}: the database has no extension \"vector\" (pgvector); have the server's "
                    "administrator install it and run, in this database: CREATE EXTENSION vector",
                    shown));
  }
  if (rows.front()[2] != "t") {
    throw ArtifactError(
        fmt::format("{}: pgvector {} has no type halfvec, expected 0.7.0 or newer; have the "
                    "server's administrator install one and run: ALTER EXTENSION vector UPDATE",
                    shown, rows.front()[1].value_or("?")));
  }
  if (dim == 0 || dim > kMostDimensions) {
    throw ArtifactError(fmt::format("{}: vectors of {} dimensions; halfvec has 1 to {}", shown, dim,
                                    kMostDimensions));
  }
  return fmt::format("{}.halfvec({})", rows.front()[0].value_or("public"), dim);
}

void prepare_schema(PostgresConnection& connection, const CatalogueNames& names) {
  const auto alone = connection.ask_one("SELECT pg_try_advisory_lock(hashtextextended($1, 0))",
                                        {"specbridge export " + names.schema()});
  if (alone != "t") {
    throw ArtifactError(fmt::format(
        "{}: somebody else is exporting to schema {}, or a run that was killed is still "
        "ending there; wait until that is done",
        connection.shown(), names.schema()));
  }
  if (!connection.ask_one("SELECT to_regnamespace($1)", {names.schema()})) {
    connection.ask("CREATE SCHEMA " + names.schema());
  }
  if (connection.ask_one("SELECT to_regclass($1)", {names.table("parts")})) return;
  PostgresTransaction transaction(connection);
  connection.ask(fmt::format(
      "CREATE TABLE {} (key text PRIMARY KEY, format_version integer NOT NULL, rows bigint NOT "
      "NULL, dim integer NOT NULL, part_rows bigint NOT NULL, molecule_encoder_fingerprint text "
      "NOT "
      "NULL, molecule_encoder_architecture text NOT NULL, library_fingerprint text NOT NULL, "
      "standard_form integer NOT NULL, further_columns text[] NOT NULL, made_by text, published_at "
      "timestamptz)",
      names.table("library")));
  connection.ask(fmt::format("CREATE UNIQUE INDEX ON {} ((true)) WHERE published_at IS NOT NULL",
                             names.table("library")));
  connection.ask(fmt::format(
      "CREATE TABLE {} (key text NOT NULL REFERENCES {} ON DELETE CASCADE, part integer NOT NULL, "
      "first_row bigint NOT NULL, rows bigint NOT NULL, low_mass float8 NOT NULL, high_mass float8 "
      "NOT NULL, molecule_sum bigint NOT NULL, vector_sum bigint NOT NULL, PRIMARY KEY (key, "
      "part))",
      names.table("parts"), names.table("library")));
  transaction.commit();
}

void drop_others(PostgresConnection& connection, const CatalogueNames& names,
                 const CatalogueFacts& facts) {
  connection.ask("DROP TABLE IF EXISTS " + names.table("molecules"));
  const auto tables = connection.ask(
      "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind = 'r' AND "
      "relname ~ $2 AND position($3 IN relname) = 0",
      {names.schema(), kPartPattern, facts.key});
  for (const auto& row : tables) {
    connection.ask("DROP TABLE " + names.table(row[0].value_or("")));
  }
  connection.ask(fmt::format("DELETE FROM {} WHERE key <> $1", names.table("library")),
                 {facts.key});
}

std::size_t size_on_server(PostgresConnection& connection, const CatalogueNames& names,
                           const CatalogueFacts& facts) {
  const auto bytes = connection.ask_one(
      "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class WHERE relkind = 'r' AND "
      "relnamespace = to_regnamespace($1) AND relname ~ $2 AND position($3 IN relname) > 0",
      {names.schema(), kPartPattern, facts.key});
  return static_cast<std::size_t>(parse_integer(bytes.value_or("0")).value_or(0));
}

std::string array_item(const std::string& text) {
  std::string item = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') item += '\\';
    item += c;
  }
  return item + "\"";
}

}  // namespace specbridge
