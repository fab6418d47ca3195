#include "library/postgres/catalogue.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"

namespace specbridge {
namespace {

constexpr std::size_t kLongestName = 63;  // bytes, of PostgreSQL

std::size_t count_in(const PostgresConnection::Cell& cell) {
  return static_cast<std::size_t>(parse_integer(cell.value_or("0")).value_or(0));
}

/// Checksums are unsigned here and signed there.
std::uint64_t sum_in(const PostgresConnection::Cell& cell) {
  return static_cast<std::uint64_t>(parse_integer(cell.value_or("0")).value_or(0));
}

double mass_in(const PostgresConnection::Cell& cell) {
  return parse_number(cell.value_or("0")).value_or(0);
}

}  // namespace

std::string quoted_name(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string further_column(const std::string& name) {
  const std::string column = "keep." + name;
  if (column.size() <= kLongestName) return column;
  throw ArtifactError(
      fmt::format("column \"{}\" is too long for PostgreSQL, whose names have at most {} bytes, "
                  "\"keep.\" included; build the library with a shorter name of --keep",
                  one_line(name, 60), kLongestName));
}

std::string array_text(const std::vector<std::string>& numbers) {
  return fmt::format("'{{{}}}'", fmt::join(numbers, ","));
}

std::string CatalogueNames::schema() const {
  return quoted_name(schema_);
}

std::string CatalogueNames::table(const std::string& name) const {
  return schema() + "." + quoted_name(name);
}

std::string CatalogueNames::part(const CatalogueFacts& facts, std::size_t number) const {
  return table(fmt::format("molecules_{}_{:05}", facts.key, number));
}

std::string CatalogueNames::molecule_columns(const CatalogueFacts& facts) {
  std::string columns = "row, mass, charge, id, smiles, inchikey, formula, name";
  for (const auto& name : facts.further_columns) {
    columns += ", " + quoted_name(further_column(name));
  }
  return columns + ", molecule_sum";
}

std::optional<CatalogueFacts> published_catalogue(PostgresConnection& connection,
                                                  const CatalogueNames& names) {
  if (!connection.ask_one("SELECT to_regclass($1)", {names.table("library")})) return {};
  const auto version =
      connection.ask_one(fmt::format("SELECT max(format_version) FROM {}", names.table("library")));
  if (version && parse_integer(*version).value_or(0) > kCatalogueVersion) {
    throw ArtifactError(fmt::format(
        "{}: schema {} has format version {}, this program knows {}; use a newer specbridge",
        connection.shown(), names.schema(), *version, kCatalogueVersion));
  }
  const auto rows = connection.ask(
      fmt::format("SELECT key, format_version, rows, dim, part_rows, molecule_encoder_fingerprint, "
                  "molecule_encoder_architecture, library_fingerprint, standard_form, "
                  "array_to_json(further_columns) FROM {} WHERE published_at IS NOT NULL",
                  names.table("library")));
  if (rows.empty()) return {};
  const auto& row = rows.front();
  CatalogueFacts facts;
  facts.key = row[0].value_or("");
  facts.format_version = static_cast<int>(count_in(row[1]));
  facts.rows = count_in(row[2]);
  facts.dim = count_in(row[3]);
  facts.part_rows = count_in(row[4]);
  facts.molecule_encoder_fingerprint = row[5].value_or("");
  facts.molecule_encoder_architecture = row[6].value_or("");
  facts.library_fingerprint = row[7].value_or("");
  facts.standard_form = count_in(row[8]);
  for (const auto& name : parse_json(row[9].value_or("[]"), connection.shown())) {
    facts.further_columns.push_back(name.get<std::string>());
  }
  return facts;
}

std::vector<CataloguePart> finished_parts(PostgresConnection& connection,
                                          const CatalogueNames& names,
                                          const CatalogueFacts& facts) {
  std::vector<CataloguePart> parts;
  for (const auto& row : connection.ask(
           fmt::format(
               "SELECT part, first_row, rows, low_mass, high_mass, molecule_sum, vector_sum "
               "FROM {} WHERE key = $1 ORDER BY part",
               names.table("parts")),
           {facts.key})) {
    parts.push_back({count_in(row[0]),
                     count_in(row[1]),
                     count_in(row[2]),
                     mass_in(row[3]),
                     mass_in(row[4]),
                     {sum_in(row[5]), sum_in(row[6])}});
  }
  return parts;
}

}  // namespace specbridge
