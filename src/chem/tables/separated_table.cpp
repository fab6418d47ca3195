#include "chem/tables/separated_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.h"
#include "chem/parsing.h"
#include "chem/tables/column_names.h"
#include "chem/tables/smiles_list.h"

namespace specbridge {
namespace {

using Cells = std::vector<std::string>;

/// How tables write that there is no value.
bool is_missing(std::string_view cell) {
  constexpr std::array<std::string_view, 8> kWords = {"",     "N/A", "NA", "NULL",
                                                      "NONE", "NAN", "-",  "#N/A"};
  constexpr std::size_t kLongest = 4;
  return cell.size() <= kLongest &&
         std::find(kWords.begin(), kWords.end(), to_upper(cell)) != kWords.end();
}

std::string_view cell_of(const Cells& cells, std::size_t column) {
  return column < cells.size() ? trim(cells[column]) : std::string_view();
}

/// What a column says that the table may lack; empty for nothing.
std::string value_of(const Cells& cells, std::optional<std::size_t> column) {
  if (!column || is_missing(cell_of(cells, *column))) return {};
  return std::string(cell_of(cells, *column));
}

/// The first structure that is there, else what stands in the best column.
std::string structure_of(const Cells& cells, const TableHeader& header) {
  for (const std::size_t column : header.structures) {
    if (!is_missing(cell_of(cells, column))) return std::string(cell_of(cells, column));
  }
  return std::string(cell_of(cells, header.structures.front()));
}

/// Whether a value without quotes holds so many separators that the structure stands further right:
/// 2,N,N,N-trimethyl...,CN(C)C,, has as many empty cells behind its values as commas in its name.
bool may_be_shifted(const Cells& cells, const TableHeader& header) {
  const std::size_t expected = header.structures.front();
  const std::size_t shifted = expected + cells.size() - header.names.size();
  const bool is_structure = std::find(header.structures.begin(), header.structures.end(),
                                      shifted) != header.structures.end();
  return expected > 0 && shifted < header.names.size() && !is_structure &&
         looks_like_structure(cell_of(cells, shifted));
}

/// What is wrong with the number of cells; empty when nothing is.
std::string count_problem(const Cells& cells, const TableHeader& header) {
  const auto has_place = [&](std::size_t column) { return column < cells.size(); };
  if (std::none_of(header.structures.begin(), header.structures.end(), has_place)) {
    return fmt::format("the row has {} columns; expected the SMILES in column {}", cells.size(),
                       header.structures.front() + 1);
  }
  if (cells.size() <= header.names.size()) return {};
  const bool empty = std::all_of(cells.begin() + static_cast<std::ptrdiff_t>(header.names.size()),
                                 cells.end(), [](const auto& cell) { return trim(cell).empty(); });
  if (empty && !may_be_shifted(cells, header)) return {};
  return fmt::format(
      "{} columns, but the header has {}; expected quotes around a value that holds the separator",
      cells.size(), header.names.size());
}

class SeparatedRows final : public TableRows {
 public:
  explicit SeparatedRows(TableHeader header) : header_(std::move(header)) {}

  std::optional<MoleculeRecord> next(TableLines& lines) override {
    const auto row = next_row(lines, header_.separator);
    if (!row) return {};
    ++row_;
    return record_of(row->cells, lines.at(row->line));
  }

 private:
  MoleculeRecord record_of(const SeparatedCells& cells, SourcePos origin) const {
    MoleculeRecord record;
    const std::string problem = cells.open ? "a quoted value does not end; expected a closing '\"'"
                                           : count_problem(cells.values, header_);
    if (problem.empty()) {
      record.smiles = structure_of(cells.values, header_);
      record.name = value_of(cells.values, header_.name);
      record.inchikey = value_of(cells.values, header_.inchikey);
      for (const auto column : header_.kept) record.kept.push_back(value_of(cells.values, column));
    } else {
      record.problem = fmt::format("{}: {}", to_string(origin), problem);
    }
    if (header_.id && !cells.open) record.id = cell_of(cells.values, *header_.id);
    if (record.id.empty()) record.id = std::to_string(row_);
    record.origin = std::move(origin);
    return record;
  }

  TableHeader header_;
  std::size_t row_ = 0;
};

/// Blanks separate SMILES and name only once: "smiles name" above "CCO grain alcohol".
bool is_list(const TableHeader& header) {
  return header.separator == ' ' && header.names.size() <= 2;
}

}  // namespace

std::optional<TableHeader> parse_header(const std::string& line,
                                        const std::vector<std::string>& keep) {
  for (const char separator : {'\t', ';', ',', '|', ' '}) {
    auto names = split_cells(separator == ' ' ? trim(line) : line, separator).values;
    // A header of one column has no separator of its own.
    if (names.size() < 2 && separator != ' ') continue;
    auto structures = structure_columns(names);
    if (structures.empty()) continue;
    TableHeader header{separator,
                       {},
                       std::move(structures),
                       id_column(names),
                       name_column(names),
                       inchikey_column(names),
                       {}};
    for (const auto& column : keep) header.kept.push_back(column_called(names, column));
    header.names = std::move(names);
    return header;
  }
  return {};
}

std::string separated_structure(const std::string& line, const TableHeader& header) {
  if (!is_list(header)) return structure_of(split_cells(line, header.separator).values, header);
  const auto columns = split_columns(line);
  return header.structures.front() == 0 ? columns.first : columns.second;
}

std::unique_ptr<TableRows> separated_rows(const TableHeader& header) {
  if (!is_list(header)) return std::make_unique<SeparatedRows>(header);
  return smiles_list_rows(header.structures.front() == 0 ? SmilesColumn::first
                                                         : SmilesColumn::second);
}

}  // namespace specbridge
