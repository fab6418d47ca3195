#include "chem/tables/separated_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.h"

namespace specbridge {
namespace {

/// The column with the first of `wanted` that occurs.
template <std::size_t N>
std::optional<std::size_t> find_column(const std::vector<std::string>& names,
                                       const std::array<std::string_view, N>& wanted) {
  for (const auto name : wanted) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  }
  return {};
}

std::optional<std::size_t> smiles_column(const std::vector<std::string>& names) {
  constexpr std::array<std::string_view, 4> kNames = {"smiles", "canonicalsmiles", "isomericsmiles",
                                                      "structuresmiles"};
  if (const auto known = find_column(names, kNames)) return known;
  const auto found = std::find_if(names.begin(), names.end(), [](const std::string& name) {
    return name.starts_with("smiles") || name.ends_with("smiles");
  });
  if (found == names.end()) return {};
  return static_cast<std::size_t>(found - names.begin());
}

std::optional<std::size_t> id_column(const std::vector<std::string>& names) {
  constexpr std::array<std::string_view, 14> kNames = {
      "id",        "cid",        "identifier", "compoundid", "moleculeid", "molid",
      "libraryid", "pubchemcid", "databaseid", "chemblid",   "zincid",     "structurewikidata",
      "compound",  "name"};
  if (const auto known = find_column(names, kNames)) return known;
  const auto found = std::find_if(names.begin(), names.end(), [](const std::string& name) {
    return name.ends_with("id") || name.ends_with("name");
  });
  if (found == names.end()) return {};
  return static_cast<std::size_t>(found - names.begin());
}

class SeparatedRows final : public TableRows {
 public:
  explicit SeparatedRows(const TableHeader& header) : header_(header) {}

  std::optional<MoleculeRecord> next(TableLines& lines) override {
    const auto row = next_row(lines, header_.separator);
    if (!row) return {};
    ++row_;
    return record_of(row->cells, lines.at(row->line));
  }

 private:
  MoleculeRecord record_of(const SeparatedCells& cells, SourcePos origin) const {
    MoleculeRecord record;
    const auto cell = [&](std::size_t column) {
      return column < cells.values.size() ? std::string(trim(cells.values[column])) : std::string();
    };
    if (cells.open) {
      record.problem = fmt::format("{}: a quoted value does not end; expected a closing '\"'",
                                   to_string(origin));
    } else if (header_.smiles >= cells.values.size()) {
      record.problem = fmt::format("{}: the row has {} columns; expected the SMILES in column {}",
                                   to_string(origin), cells.values.size(), header_.smiles + 1);
    } else {
      record.smiles = cell(header_.smiles);
    }
    if (header_.id && !cells.open) record.id = cell(*header_.id);
    if (record.id.empty()) record.id = std::to_string(row_);
    record.origin = std::move(origin);
    return record;
  }

  TableHeader header_;
  std::size_t row_ = 0;
};

}  // namespace

std::optional<TableHeader> parse_header(const std::string& line) {
  for (const char separator : {'\t', ';', ',', '|', ' '}) {
    const auto cells = split_cells(separator == ' ' ? trim(line) : line, separator);
    std::vector<std::string> names;
    for (const auto& cell : cells.values) names.push_back(plain_name(cell));
    // A header of one column has no separator of its own.
    if (names.size() < 2 && separator != ' ') continue;
    if (const auto smiles = smiles_column(names))
      return TableHeader{separator, *smiles, id_column(names)};
  }
  return {};
}

std::string separated_smiles(const std::string& line, const TableHeader& header) {
  const auto cells = split_cells(line, header.separator);
  if (header.smiles >= cells.values.size()) return "";
  return std::string(trim(cells.values[header.smiles]));
}

std::unique_ptr<TableRows> separated_rows(const TableHeader& header) {
  return std::make_unique<SeparatedRows>(header);
}

}  // namespace specbridge
