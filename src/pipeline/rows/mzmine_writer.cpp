#include "pipeline/rows/mzmine_writer.h"

#include <fmt/format.h>

#include "base/text.h"
#include "chem/formulas/formula.h"
#include "pipeline/rows/separated_writers.h"

namespace specbridge {
namespace {

/// MZmine has retention times in minutes.
std::string minutes(std::string_view seconds) {
  constexpr double kSecondsAMinute = 60;
  const auto value = parse_number(seconds);
  return value ? fmt::format("{:.5f}", *value / kSecondsAMinute) : std::string();
}

/// The first text that says something.
std::string_view first_of(std::string_view a, std::string_view b, std::string_view c) {
  return !a.empty() ? a : !b.empty() ? b : c;
}

}  // namespace

MzmineWriter::MzmineWriter(const HitsLayout& layout, const std::string& ranked_by,
                           OutputTable& table)
    : columns_(layout), ranked_by_(ranked_by), table_(table) {
  table_.write(
      "id,mz,rt,name,formula,neutral_mass,smiles,inchi_key,adduct,internal_id,comment,rank,score,"
      "probability\n");
}

std::string MzmineWriter::line_of(const std::string& feature, const RowCells& row) const {
  const auto cell = [&](std::string_view column) { return columns_.cell(row, column); };
  const std::string formula(cell("formula"));
  std::string comment = fmt::format("specbridge: rank {} of {}; score {} ({})", cell("rank"),
                                    cell("candidates"), cell("score"), ranked_by_);
  if (!cell("probability").empty()) comment += fmt::format("; probability {}", cell("probability"));
  if (!cell("message").empty()) comment += fmt::format("; {}", cell("message"));
  std::string line = csv_cell(feature);
  const auto add = [&](std::string_view value) { line += "," + csv_cell(value); };
  add(cell("precursor_mz"));
  add(minutes(cell("retention_time")));
  add(first_of(cell("name"), cell("library_id"), cell("inchikey14")));
  add(hill_formula(formula).value_or(formula));
  add(cell("exact_mass"));
  add(cell("smiles"));
  add(cell("inchikey"));
  add(cell("adduct"));
  add(cell("library_id"));
  add(comment);
  add(cell("rank"));
  add(cell("score"));
  add(cell("probability"));
  return line + "\n";
}

void MzmineWriter::add(const AnsweredQuery& query) {
  const auto rows = cells_of(query);
  if (columns_.cell(rows.front(), "rank").empty()) return;
  if (query.facts.feature_id.empty()) {
    ++*left_out_;
    return;
  }
  std::string text;
  for (const auto& row : rows) text += line_of(query.facts.feature_id, row);
  table_.write(text);
}

}  // namespace specbridge
