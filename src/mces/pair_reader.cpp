#include "mces/pair_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "specbridge/error.h"
#include "store/line_reader.h"

namespace specbridge {
namespace {

/// SMILES with an extension hold commas, so that a tab decides where there is one.
char pair_separator(std::string_view line) {
  return line.find('\t') != std::string_view::npos ? '\t' : separator_of(line);
}

bool names_smiles(std::string_view name) {
  const std::string plain = plain_column(name);
  return plain.starts_with("smiles") || plain.ends_with("smiles");
}

std::vector<std::size_t> smiles_columns(const TableHeader& header) {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < header.names.size(); ++i) {
    if (names_smiles(header.names[i])) columns.push_back(i);
  }
  return columns;
}

}  // namespace

PairReader::PairReader(const std::filesystem::path& path) : lines_(LineReader(path)) {
  name_ = lines_.at(0).file;
  take_header();
}

void PairReader::take_header() {
  std::size_t blank = 0;
  const auto* line = lines_.peek(blank);
  while (line != nullptr && trim(line->text).empty()) line = lines_.peek(++blank);
  if (line == nullptr) return;
  const char separator = pair_separator(line->text);
  TableHeader header{separator, split_cells(line->text, separator).values, line->number};
  auto columns = smiles_columns(header);
  if (columns.empty()) return;
  if (columns.size() > 2) {
    const auto first = header.places_of("smiles1"), second = header.places_of("smiles2");
    if (first.size() == 1 && second.size() == 1) columns = {first.front(), second.front()};
  }
  if (columns.size() != 2) {
    throw InputError(lines_.at(header.line),
                     fmt::format("{} of SMILES in \"{}\"; expected two, called smiles1 and smiles2",
                                 counted(columns.size(), "column"),
                                 one_line(fmt::format("{}", fmt::join(header.names, ", ")), 200)));
  }
  for (std::size_t i = 0; i <= blank; ++i) lines_.next();
  columns_ = {columns[0], columns[1]};
  header_ = std::move(header);
}

std::optional<PairRow> PairReader::next_pair() {
  const auto* line = lines_.peek(0);
  while (line != nullptr && trim(line->text).empty()) {
    lines_.next();
    line = lines_.peek(0);
  }
  if (line == nullptr) return {};
  const auto row = next_row(lines_, header_ ? header_->separator : pair_separator(line->text));
  const auto& cells = row->cells.values;
  const auto cell = [&](std::size_t column) {
    return column < cells.size() ? std::string(trim(cells[column])) : std::string();
  };
  PairRow pair{cell(columns_.first), cell(columns_.second), {}};
  const bool too_many = header_ && cells.size() > header_->names.size();
  if (row->cells.open) {
    pair.problem = "a quoted value does not end; expected a closing '\"'";
  } else if (!too_many && std::max(columns_.first, columns_.second) < cells.size()) {
    return pair;
  } else if (header_) {
    pair.problem = fmt::format("{}, but the header has {}", counted(cells.size(), "column"),
                               header_->names.size());
  } else {
    pair.problem = "one SMILES; expected two, separated by a tab, semicolon or comma";
  }
  return pair;
}

std::vector<PairRow> PairReader::next(std::size_t most) {
  std::vector<PairRow> rows;
  while (rows.size() < most) {
    auto row = next_pair();
    if (!row) break;
    rows.push_back(std::move(*row));
  }
  return rows;
}

}  // namespace specbridge
