#include "chem/tables/smiles_list.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"

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
      record.smiles = columns.second.substr(0, columns.second.find_first_of(" \t"));
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

}  // namespace

bool is_filler(const std::string& line) {
  const auto text = trim(line);
  return text.empty() || text.front() == '#';
}

TwoColumns split_columns(const std::string& line) {
  // A tab separates wherever there is one: "\tCCO" has an empty id, "acetic acid\tCC(=O)O" a long
  // one.
  const auto tab = line.find('\t');
  if (tab != std::string::npos) {
    const auto rest = std::string_view(line).substr(tab + 1);
    return {std::string(trim(line.substr(0, tab))),
            std::string(trim(rest.substr(0, rest.find('\t')))), true};
  }
  const auto text = trim(line);
  const auto blank = text.find(' ');
  if (blank == std::string_view::npos) return {std::string(text), "", false};
  return {std::string(text.substr(0, blank)), std::string(trim(text.substr(blank))), true};
}

std::unique_ptr<TableRows> smiles_list_rows(SmilesColumn smiles) {
  return std::make_unique<SmilesListRows>(smiles);
}

}  // namespace specbridge
