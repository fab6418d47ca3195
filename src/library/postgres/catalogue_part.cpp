#include "library/postgres/catalogue_part.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "index/row_values.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr std::size_t kRowsAtOnce = 512;  // of the library

std::string signed_text(std::uint64_t sum) {
  return std::to_string(static_cast<std::int64_t>(sum));
}

}  // namespace

/// The columns of a table and their types.
std::string CatalogueParts::columns() const {
  std::string columns =
      "row bigint NOT NULL, mass float8 NOT NULL, molecule_sum bigint NOT NULL, vector_sum bigint "
      "NOT NULL, charge integer NOT NULL";
  columns += fmt::format(", vector {} NOT NULL", vector_type_);
  for (const char* name : {"id", "smiles", "inchikey", "formula", "name"}) {
    columns += fmt::format(", {} text NOT NULL", name);
  }
  for (const auto& name : facts_.further_columns) {
    columns += fmt::format(", {} text NOT NULL", quoted_name(further_column(name)));
  }
  return columns;
}

void CatalogueParts::make_parent() {
  const std::string table = names_.table("molecules");
  connection_.ask(fmt::format("CREATE TABLE {} ({}) PARTITION BY RANGE (mass)", table, columns()));
  connection_.ask(fmt::format(
      "COMMENT ON TABLE {} IS 'Molecules in order of exact mass (Da); vector: of unit length, in "
      "the space of the molecule encoder that table library names'",
      table));
}

RowSums CatalogueParts::copy(const CataloguePart& part, const RunContext& context) {
  connection_.begin_copy(
      fmt::format("COPY {} ({}, vector, vector_sum) FROM STDIN (FORMAT binary, FREEZE)",
                  names_.part(facts_, part.number), CatalogueNames::molecule_columns(facts_)));
  RowSums sums;
  connection_.put(binary_header());
  const std::size_t last = part.first + part.rows;
  for (std::size_t first = part.first; first < last; first += kRowsAtOnce) {
    context.check_interrupt();
    const RowRange rows{first, std::min(first + kRowsAtOnce, last)};
    std::vector<float> vectors(rows.size() * facts_.dim);
    library_.vectors().decode(RowSet({rows}), vectors);
    std::vector<std::uint16_t> halves(facts_.dim);
    std::string bytes;
    for (std::size_t row = rows.first; row < rows.last; ++row) {
      const auto vector = std::span(vectors).subspan((row - first) * facts_.dim, facts_.dim);
      std::ranges::transform(vector, halves.begin(), to_float16);
      append_row(row, library_.text(row), halves, bytes, sums);
    }
    connection_.put(bytes);
    context.progress("exporting molecules", rows.last, facts_.rows);
  }
  connection_.put(binary_trailer());
  connection_.end_copy();
  return sums;
}

void CatalogueParts::write(const CataloguePart& part, const MassBounds& bounds,
                           const RunContext& context) {
  const std::string table = names_.part(facts_, part.number);
  std::string bounded = "true";
  if (bounds.low) bounded += fmt::format(" AND mass >= {}", shortest(*bounds.low));
  if (bounds.high) bounded += fmt::format(" AND mass < {}", shortest(*bounds.high));
  connection_.ask(fmt::format("DROP TABLE IF EXISTS {}", table));
  connection_.ask(fmt::format("DELETE FROM {} WHERE key = $1 AND part = $2", names_.table("parts")),
                  {facts_.key, std::to_string(part.number)});
  // Vectors stay in their rows: a window is read in one stretch.
  connection_.ask(fmt::format("CREATE TABLE {} ({}, CHECK ({})) WITH (toast_tuple_target = 8160)",
                              table, columns(), bounded));
  CataloguePart written = part;
  written.sums = copy(part, context);
  const std::string damage = damage_by_reading(written, context);
  if (!damage.empty()) {
    throw ArtifactError(fmt::format("{}: what was just written does not come back: {}",
                                    connection_.shown(), damage));
  }
  connection_.ask(fmt::format(
      "ALTER TABLE {} ADD PRIMARY KEY (row) INCLUDE (molecule_sum, vector_sum)", table));
  connection_.ask(fmt::format("CREATE INDEX ON {} (mass, row)", table));
  connection_.ask(fmt::format("CREATE INDEX ON {} (formula)", table));
  connection_.ask(fmt::format("ANALYZE {}", table));
  connection_.ask(
      fmt::format("INSERT INTO {} VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", names_.table("parts")),
      {facts_.key, std::to_string(part.number), std::to_string(part.first),
       std::to_string(part.rows), shortest(part.low_mass), shortest(part.high_mass),
       signed_text(written.sums.molecules), signed_text(written.sums.vectors)});
}

std::string CatalogueParts::damage(const CataloguePart& listed) {
  const std::string table = names_.part(facts_, listed.number);
  if (!connection_.ask_one("SELECT to_regclass($1)", {table})) {
    return fmt::format("part {} is missing", listed.number);
  }
  const auto row =
      connection_
          .ask(fmt::format("SELECT count(*), coalesce(min(row), -1), coalesce(max(row), -1), "
                           "coalesce(bit_xor(molecule_sum), 0), coalesce(bit_xor(vector_sum), 0) "
                           "FROM {}",
                           table))
          .front();
  if (row[0] != std::to_string(listed.rows)) {
    return fmt::format("part {} has {} rows, expected {}", listed.number, row[0].value_or("?"),
                       listed.rows);
  }
  const bool same = row[1] == std::to_string(listed.first) &&
                    row[2] == std::to_string(listed.first + listed.rows - 1) &&
                    row[3] == signed_text(listed.sums.molecules) &&
                    row[4] == signed_text(listed.sums.vectors);
  return same ? "" : fmt::format("the checksums of part {} do not hold", listed.number);
}

std::string CatalogueParts::damage_by_reading(const CataloguePart& listed,
                                              const RunContext& context) {
  RowSums sums;
  std::size_t count = 0;
  BinaryReader reader(
      {molecule_fields(facts_.further_columns.size()), kVectorFields},
      [&](std::span<const BinaryRow> groups) {
        if (++count % kRowsAtOnce == 0) context.check_interrupt();
        sums.molecules ^= groups[0].sum;
        sums.vectors ^= groups[1].sum;
        const std::size_t row = groups[0].row;
        if (row < listed.first || row >= listed.first + listed.rows) {
          throw BinaryReader::BadRow{fmt::format("row {} is none of part {}", row, listed.number)};
        }
      });
  try {
    connection_.copy_out(
        fmt::format("COPY (SELECT {}, {} FROM {}) TO STDOUT (FORMAT binary)",
                    CatalogueNames::molecule_columns(facts_), CatalogueNames::vector_columns(),
                    names_.part(facts_, listed.number)),
        [&](std::string_view bytes) { reader.read(bytes); });
    reader.finish();
  } catch (const BinaryReader::BadRow& bad) {
    return bad.problem;
  }
  if (count != listed.rows) {
    return fmt::format("part {} has {} rows, expected {}", listed.number, count, listed.rows);
  }
  return sums == listed.sums ? ""
                             : fmt::format("the checksums of part {} do not hold", listed.number);
}

}  // namespace specbridge
