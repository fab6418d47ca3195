#include "chem/tables/smiles_list.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/text.h"
#include "chem/text/cx_extension.h"

namespace specbridge {
namespace {

/// "SMILES[<blank or tab>id]" or "id<tab>SMILES".
class SmilesListRows final : public TableRows {
 public:
  explicit SmilesListRows(SmilesColumn smiles) : smiles_(smiles) {}

  std::optional<MoleculeRecord> next(TableLines& lines) override {
    auto line = lines.next();
    while (line && is_filler(line->text)) line = lines.next();
    if (!line) return {};
    ++row_;
    return record_of(*line, lines.at(line->number));
  }

 private:
  MoleculeRecord record_of(const TableLine& line, SourcePos origin) const {
    auto columns = split_columns(line.text);
    MoleculeRecord record;
    if (smiles_ == SmilesColumn::second && !columns.separated) {
      record.problem = fmt::format("{}: \"{}\" has one column; expected id<TAB>SMILES",
                                   to_string(origin), one_line(columns.first, 80));
    } else if (smiles_ == SmilesColumn::second) {
      record.id = std::move(columns.first);
      // Further columns, as SMILES hold no blanks.
      record.smiles = leading_structure(columns.second).structure;
    } else {
      record.smiles = std::move(columns.first);
      record.id = std::move(columns.second);
    }
    if (record.id.empty()) record.id = std::to_string(row_);
    record.origin = std::move(origin);
    return record;
  }

  SmilesColumn smiles_;
  std::size_t row_ = 0;
};

std::string without_quotes(std::string_view text) {
  const bool quoted = text.size() > 1 && text.starts_with('"') && text.ends_with('"');
  return std::string(quoted ? text.substr(1, text.size() - 2) : text);
}

/// The cells of a line; an extension in a cell of its own stays with its SMILES.
std::vector<std::string> cells_by_tab(std::string_view line) {
  std::vector<std::string> cells;
  for (const auto part : split(line, '\t')) {
    const auto cell = trim(part);
    if (is_extension(cell) && !cells.empty()) {
      cells.back() += fmt::format(" {}", cell);
    } else {
      cells.push_back(without_quotes(cell));
    }
  }
  return cells;
}

}  // namespace

bool is_filler(const std::string& line) {
  const auto text = trim(line);
  return text.empty() || text.front() == '#';
}

TwoColumns split_columns(const std::string& line) {
  // A tab separates wherever there is one: "\tCCO" has an empty id, "acetic acid\tCC(=O)O" a long
  // one.
  if (line.find('\t') != std::string::npos) {
    const auto cells = cells_by_tab(line);
    return {cells[0], cells.size() > 1 ? cells[1] : "", true};
  }
  const auto [structure, rest] = leading_structure(line);
  return {without_quotes(structure), without_quotes(rest), !rest.empty()};
}

std::unique_ptr<TableRows> smiles_list_rows(SmilesColumn smiles) {
  return std::make_unique<SmilesListRows>(smiles);
}

}  // namespace specbridge
