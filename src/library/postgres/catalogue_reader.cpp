#include "library/postgres/catalogue_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "chem/formulas/formula.h"
#include "chem/standard_form.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr int kMostCharges = 20;  // of a molecule with a formula
constexpr std::string_view kUndefinedTable = "42P01";

/// Numbers that are asked for together in one part.
struct Asked {
  std::vector<std::string> first, second, third;
};

/// A formula with every charge that a library may write behind it.
std::string charged_formulas(const std::string& hill) {
  std::string list = "{" + hill;
  for (const char* sign : {"+", "-"}) {
    list += fmt::format(",{}{}", hill, sign);
    for (int charge = 2; charge <= kMostCharges; ++charge) {
      list += fmt::format(",{}{}{}", hill, sign, charge);
    }
  }
  return list + "}";
}

std::vector<RowRange> runs_of(std::span<const std::size_t> rows) {
  std::vector<RowRange> runs;
  for (const std::size_t row : rows) {
    if (!runs.empty() && runs.back().last == row) {
      ++runs.back().last;
    } else {
      runs.push_back({row, row + 1});
    }
  }
  return runs;
}

}  // namespace

CatalogueReader::CatalogueReader(const DatabaseAddress& address)
    : connection_(address), names_(address.schema) {
  auto facts = published_catalogue(connection_, names_);
  if (!facts) {
    throw ArtifactError(fmt::format(
        "{}: schema {} holds no library that is whole; write one with specbridge export, or name "
        "another schema: ?schema=NAME behind the address",
        shown(), names_.schema()));
  }
  facts_ = std::move(*facts);
  if (facts_.standard_form != kStandardForm) {
    throw ArtifactError(fmt::format(
        "{}: made with standard form {} of molecules, this program has {}; {}", shown(),
        facts_.standard_form, kStandardForm,
        facts_.standard_form > kStandardForm ? "use a newer specbridge"
                                             : "build the library again and export it"));
  }
  parts_ = finished_parts(connection_, names_, facts_);
  std::size_t rows = 0;
  for (const auto& part : parts_) {
    if (part.first == rows) rows += part.rows;
  }
  if (rows != facts_.rows) {
    throw ArtifactError(
        fmt::format("{}: schema {} lists parts of {}, expected {}; export the library again with "
                    "--force",
                    shown(), names_.schema(), counted(rows, "molecule"), facts_.rows));
  }
  // Every table is asked for few of its rows, by an index.
  connection_.ask("SET enable_seqscan = off");
  connection_.ask("SET jit = off");
  connection_.ask("SET default_transaction_read_only = on");
}

PostgresConnection::Rows CatalogueReader::ask(const std::string& statement,
                                              const std::vector<std::string>& values) const {
  const std::lock_guard lock(mutex_);
  try {
    return connection_.ask(statement, values);
  } catch (const PostgresError& error) {
    if (error.state() != kUndefinedTable) throw;
    throw ArtifactError(fmt::format(
        "{}: the library was replaced while it was in use; run the command again", shown()));
  }
}

ArtifactError CatalogueReader::missing(std::size_t row) const {
  return ArtifactError(
      fmt::format("{}: schema {}: row {} is missing; export the library again with --force",
                  shown(), names_.schema(), row));
}

std::vector<std::vector<RowRange>> CatalogueReader::within_each(
    std::span<const MassWindow> windows) const {
  std::string statement;
  for (std::size_t index = 0; index < parts_.size(); ++index) {
    const CataloguePart& part = parts_[index];
    Asked asked;
    for (std::size_t i = 0; i < windows.size(); ++i) {
      const auto& [low, high] = windows[i];
      if (!(low <= high) || part.high_mass < low || part.low_mass > high) continue;
      asked.first.push_back(std::to_string(i));
      asked.second.push_back(shortest(low));
      asked.third.push_back(shortest(high));
    }
    if (asked.first.empty()) continue;
    // The first row of a window and the last, and the masses of the rows before and behind them.
    statement += fmt::format(
        "{0}SELECT w.i, {5}::bigint, f.row, l.row,"
        " (SELECT m.mass FROM {1} AS m WHERE m.row = coalesce(f.row, {6}) - 1),"
        " (SELECT m.mass FROM {1} AS m WHERE m.row = coalesce(l.row, {7}) + 1)"
        " FROM unnest({2}::bigint[], {3}::float8[], {4}::float8[]) AS w(i, low, high)"
        " LEFT JOIN LATERAL (SELECT m.row FROM {1} AS m WHERE m.mass >= w.low"
        " ORDER BY m.mass, m.row LIMIT 1) AS f ON true"
        " LEFT JOIN LATERAL (SELECT m.row FROM {1} AS m WHERE m.mass <= w.high"
        " ORDER BY m.mass DESC, m.row DESC LIMIT 1) AS l ON true",
        statement.empty() ? "" : " UNION ALL ", this->part(part), array_text(asked.first),
        array_text(asked.second), array_text(asked.third), index, part.first + part.rows,
        static_cast<long long>(part.first) - 1);
  }
  std::vector<std::vector<RowRange>> ranges(windows.size());
  if (statement.empty()) return ranges;
  for (const auto& row : ask(statement)) {
    const auto window = static_cast<std::size_t>(parse_integer(row[0].value_or("")).value_or(0));
    const auto part = static_cast<std::size_t>(parse_integer(row[1].value_or("")).value_or(0));
    const RowRange range = checked_range(parts_.at(part), windows[window], row);
    if (range.size() > 0) ranges[window].push_back(range);
  }
  for (auto& of_window : ranges) std::ranges::sort(of_window, {}, &RowRange::first);
  return ranges;
}

/// The rows of a window in a part. The server finds them by mass, one by one: that those beside
/// them lie outside shows that none has lost its place.
RowRange CatalogueReader::checked_range(const CataloguePart& part, const MassWindow& window,
                                        const std::vector<PostgresConnection::Cell>& found) const {
  const auto number = [](const PostgresConnection::Cell& cell) {
    return cell ? parse_integer(*cell) : std::nullopt;
  };
  const auto begin = static_cast<long long>(part.first);
  const auto end = begin + static_cast<long long>(part.rows);
  const long long first = number(found[2]).value_or(end),
                  last = number(found[3]).value_or(begin - 1);
  const auto check = [&](long long row, const PostgresConnection::Cell& cell, auto lies_outside) {
    if (row < begin || row >= end) return;
    if (!cell) throw missing(static_cast<std::size_t>(row));
    if (lies_outside(parse_number(*cell).value_or(0))) return;
    throw ArtifactError(
        fmt::format("{}: schema {}: row {} is damaged: its mass is out of order; export the "
                    "library again with --force",
                    shown(), names_.schema(), row));
  };
  check(first - 1, found[4], [&](double mass) { return mass < window.low; });
  check(last + 1, found[5], [&](double mass) { return mass > window.high; });
  if (first > last) return {};
  return {static_cast<std::size_t>(first), static_cast<std::size_t>(last) + 1};
}

std::vector<std::size_t> CatalogueReader::with_formula(const std::string& hill,
                                                       const MassWindow& window) const {
  std::string statement;
  for (const auto& part : parts_) {
    if (part.high_mass < window.low || part.low_mass > window.high) continue;
    statement += fmt::format(
        "{}SELECT row, formula FROM {} WHERE formula = ANY($1::text[]) AND mass BETWEEN {} AND {}",
        statement.empty() ? "" : " UNION ALL ", this->part(part), shortest(window.low),
        shortest(window.high));
  }
  std::vector<std::size_t> rows;
  if (statement.empty()) return rows;
  for (const auto& row : ask(statement + " ORDER BY row", {charged_formulas(hill)})) {
    if (hill_formula(row[1].value_or("")) != hill) continue;
    rows.push_back(static_cast<std::size_t>(parse_integer(row[0].value_or("")).value_or(0)));
  }
  return rows;
}

std::string CatalogueReader::select(const std::string& columns,
                                    std::span<const RowRange> ranges) const {
  std::string statement;
  for (const auto& part : parts_) {
    Asked asked;
    for (const auto& range : ranges) {
      const std::size_t first = std::max(range.first, part.first);
      const std::size_t last = std::min(range.last, part.first + part.rows);
      if (first >= last) continue;
      asked.first.push_back(std::to_string(first));
      asked.second.push_back(std::to_string(last - 1));
    }
    if (asked.first.empty()) continue;
    statement += fmt::format(
        "{}SELECT {} FROM {} JOIN unnest({}::bigint[], {}::bigint[]) AS r(low, high)"
        " ON row BETWEEN r.low AND r.high",
        statement.empty() ? "" : " UNION ALL ", columns, this->part(part), array_text(asked.first),
        array_text(asked.second));
  }
  return statement;
}

void CatalogueReader::copy(const std::string& select, std::vector<std::size_t> groups,
                           BinaryReader::Take take) const {
  const std::lock_guard lock(mutex_);
  BinaryReader reader(std::move(groups), std::move(take));
  try {
    connection_.copy_out(fmt::format("COPY ({}) TO STDOUT (FORMAT binary)", select),
                         [&](std::string_view bytes) { reader.read(bytes); });
    reader.finish();
  } catch (const PostgresError& error) {
    if (error.state() != kUndefinedTable) throw;
    throw ArtifactError(fmt::format(
        "{}: the library was replaced while it was in use; run the command again", shown()));
  } catch (const BinaryReader::BadRow& bad) {
    throw ArtifactError(fmt::format("{}: schema {}: {}; export the library again with --force",
                                    shown(), names_.schema(), bad.problem));
  }
}

void CatalogueReader::molecules(
    std::span<const RowRange> ranges,
    const std::function<void(std::size_t row, const MoleculeText&)>& take) const {
  const std::string statement = select(CatalogueNames::molecule_columns(facts_), ranges);
  if (statement.empty()) return;
  copy(statement + " ORDER BY row", {molecule_fields(facts_.further_columns.size())},
       [&](std::span<const BinaryRow> groups) {
         take(groups.front().row, molecule_of(groups.front()));
       });
}

void CatalogueReader::vectors(
    std::span<const std::size_t> rows,
    const std::function<std::span<std::uint16_t>(std::size_t index)>& place_of) const {
  const std::string statement = select(CatalogueNames::vector_columns(), runs_of(rows));
  if (statement.empty()) return;
  copy(statement, {kVectorFields}, [&](std::span<const BinaryRow> groups) {
    const BinaryRow& found = groups.front();
    const auto place = std::ranges::lower_bound(rows, found.row);
    if (place == rows.end() || *place != found.row) return;
    if (!vector_of(found, place_of(static_cast<std::size_t>(place - rows.begin())))) {
      throw BinaryReader::BadRow{
          fmt::format("the vector of row {} has not {} dimensions", found.row, facts_.dim)};
    }
  });
}

}  // namespace specbridge
