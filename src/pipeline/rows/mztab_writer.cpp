#include "pipeline/rows/mztab_writer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>

#include "base/characters.h"
#include "base/text.h"
#include "chem/formulas/formula.h"
#include "pipeline/rows/mztab_cells.h"
#include "specbridge/status.h"
#include "specbridge/version.h"

namespace specbridge {
namespace {

/// Levels of the scale that the metadata name: a structure among others, or a mass alone.
constexpr std::string_view kTentative = "3", kMassOnly = "5";
/// Abundance and variation of the one study variable.
constexpr const char* kNoVariable = "\tnull\tnull";

/// The name of a column of our own, of the signs that the format allows.
std::string optional_name(std::string_view column) {
  std::string name = "opt_global_";
  for (const char c : column) {
    name += is_letter(c) || is_digit(c) || c == '-' || c == ':' ? c : '_';
  }
  return name;
}

std::string formula_text(std::string_view formula) {
  return mztab_text(hill_formula(formula).value_or(std::string(formula)));
}

std::string numbered(std::string_view name, std::size_t count) {
  std::string names;
  for (std::size_t i = 1; i <= count; ++i) names += fmt::format("\t{}[{}]", name, i);
  return names;
}

std::string repeated(std::string_view cell, std::size_t count) {
  std::string cells;
  for (std::size_t i = 0; i < count; ++i) cells += fmt::format("\t{}", cell);
  return cells;
}

}  // namespace

MztabWriter::MztabWriter(const HitsLayout& layout, SearchFacts facts, OutputTable& table)
    : columns_(layout),
      facts_(std::move(facts)),
      measures_(measures_of(layout, facts_.ranked_by)),
      no_abundances_(repeated("null", facts_.files.size())),
      polarities_(facts_.files.size()),
      table_(table) {
  of_molecules_ = further_of({"query_id", "query_index", "status", "message"});
  of_features_ = further_of({"query_id", "query_index", "candidates", "status", "message",
                             "peaks_used", std::string(kSpectraColumn)});
  std::vector<std::string> names = {"query_id", "query_index",     "mass_error_ppm",
                                    "margin",   "explained_peaks", "explained_intensity",
                                    "inchikey", "message"};
  for (const auto& column : columns_.columns()) {
    if (column.name.starts_with("keep.")) names.push_back(column.name);
  }
  of_evidence_ = further_of(names);
}

std::vector<MztabWriter::Further> MztabWriter::further_of(
    const std::vector<std::string>& columns) const {
  std::vector<Further> further;
  std::set<std::string> taken;
  for (const auto& column : columns) {
    if (!columns_.has(column)) continue;
    std::string name = optional_name(column);
    for (int more = 2; !taken.insert(name).second; ++more) {
      name = fmt::format("{}_{}", optional_name(column), more);
    }
    further.push_back({name, column});
  }
  return further;
}

std::string MztabWriter::further_cells(const std::vector<Further>& further, const Row& row) const {
  std::string cells;
  for (const auto& one : further) cells += "\t" + mztab_text(cell(row, one.column));
  return cells;
}

std::string MztabWriter::reference_of(const QueryFacts& facts) const {
  const std::string run = fmt::format("ms_run[{}]:", facts.place.file + 1);
  if (!facts.native_id.empty()) return run + mztab_member(facts.native_id);
  return fmt::format("{}index={}", run, facts.place.record);
}

std::string MztabWriter::references_of(const AnsweredQuery& query, const Row& row) {
  std::string references;
  for (const auto part : split(cell(row, kSpectraColumn), ';')) {
    const auto waiting = merged_.extract(std::string(part));
    if (!waiting.empty()) references += waiting.mapped() + "|";
  }
  return references + reference_of(query.facts);
}

void MztabWriter::note_polarity(const QueryFacts& facts, int charge) {
  auto& polarity = polarities_.at(facts.place.file);
  const int sign = charge != 0 ? charge : facts.polarity;
  polarity.positive = polarity.positive || sign > 0;
  polarity.negative = polarity.negative || sign < 0;
}

void MztabWriter::add(const AnsweredQuery& query) {
  const auto rows = cells_of(query);
  const Row& first = rows.front();
  if (cell(first, "status") == to_string(Status::merged)) {
    merged_[std::string(cell(first, "query_index"))] = reference_of(query.facts);
    return;
  }
  if (!cell(first, "precursor_mz").empty()) {
    add_feature(query, rows);
    return;
  }
  notes_.write(fmt::format("COM\tno feature without precursor m/z: query_index {}, {}, {}: {}\n",
                           cell(first, "query_index"), cell(first, "query_id"),
                           cell(first, "status"), cell(first, "message")));
}

/// The charge of a feature; one where nobody states any, since the format needs one.
int MztabWriter::charge_of(const AnsweredQuery& query, const Row& first) {
  const auto stated = parse_adduct(cell(first, "adduct"));
  const int charge = stated ? stated->charge : query.facts.charge;
  note_polarity(query.facts, charge);
  if (charge != 0) return std::abs(charge);
  notes_.write(
      fmt::format("COM\tSMF {}: its record states no charge; the 1 there is assumed\n", features_));
  return 1;
}

void MztabWriter::add_feature(const AnsweredQuery& query, const std::vector<Row>& rows) {
  const Row& first = rows.front();
  ++features_;
  Evidence evidence{evidence_, 0, charge_of(query, first), reference_of(query.facts),
                    references_of(query, first)};
  std::vector<Row> answers;
  std::vector<std::size_t> ids;
  std::string adduct = mztab_adduct(parse_adduct(cell(first, "adduct")));
  for (const Row& row : rows) {
    if (cell(row, "rank").empty()) continue;
    const bool tie = !answers.empty() && cell(answers.back(), "score") == cell(row, "score");
    if (!tie) evidence.rank = answers.size() + 1;
    evidence.id = ++evidence_;
    ids.push_back(evidence.id);
    answers.push_back(row);
    evidence_rows_.write(evidence_row(row, evidence));
    if (cell(row, "adduct") != cell(first, "adduct")) adduct = "null";  // ambiguous
  }
  feature_rows_.write(
      fmt::format("SMF\t{}\t{}\t{}\t{}\tnull\t{}\t{}\t{}\tnull\tnull{}{}\n", features_,
                  ids.empty() ? "null" : fmt::format("{}", fmt::join(ids, "|")),
                  ids.size() > 1 ? "1" : "null", adduct, mztab_decimal(cell(first, "precursor_mz")),
                  evidence.charge, mztab_decimal(cell(first, "retention_time")), no_abundances_,
                  further_cells(of_features_, first)));
  molecule_rows_.write(fmt::format("SML\t{}\t{}{}{}{}\n", features_, features_,
                                   molecule_cells(answers, adduct), no_abundances_ + kNoVariable,
                                   further_cells(of_molecules_, first)));
}

std::string MztabWriter::identifier(const Row& row) const {
  return fmt::format("{}:{}", facts_.database_prefix, mztab_member(cell(row, "library_id")));
}

std::string MztabWriter::evidence_row(const Row& row, const Evidence& evidence) const {
  const auto adduct = parse_adduct(cell(row, "adduct"));
  const auto mass = parse_number(cell(row, "exact_mass"));
  const std::string theoretical =
      adduct && mass ? fmt::format("{:.6f}", ion_mz(*adduct, *mass)) : "NaN";
  std::string text = fmt::format(
      "SME\t{}\t{}\t{}\t{}\t{}\tnull\t{}\tnull\tnull\t{}\t{}\t{}\t{}\t{}\t{}\t{}", evidence.id,
      evidence.input, identifier(row), formula_text(cell(row, "formula")),
      mztab_text(cell(row, "smiles")), mztab_text(cell(row, "name")), mztab_adduct(adduct),
      mztab_decimal(cell(row, "precursor_mz")), adduct ? std::abs(adduct->charge) : evidence.charge,
      theoretical, evidence.spectra, mztab_param({"", "specbridge", program_version()}),
      mztab_param({"MS:1000511", "ms level", "2"}));
  for (const auto& [param, column] : measures_) text += "\t" + mztab_decimal(cell(row, column));
  return fmt::format("{}\t{}{}\n", text, evidence.rank, further_cells(of_evidence_, row));
}

std::string MztabWriter::member_list(const std::vector<Row>& rows,
                                     const std::function<std::string(const Row&)>& member) {
  std::string list;
  bool any = false;
  for (const Row& row : rows) {
    const std::string value = member(row);
    any = any || value != "null";
    list += (list.empty() ? "" : "|") + value;
  }
  return any ? list : "null";
}

/// The cells of a small molecule from its identifiers to its confidence.
std::string MztabWriter::molecule_cells(const std::vector<Row>& answers,
                                        const std::string& adduct) const {
  const auto list_of = [&](const std::string& column) {
    return member_list(answers, [&](const Row& row) { return mztab_member(cell(row, column)); });
  };
  const auto identifiers = member_list(answers, [&](const Row& row) { return identifier(row); });
  const auto formulas =
      member_list(answers, [&](const Row& row) { return formula_text(cell(row, "formula")); });
  const bool answered = !answers.empty();
  return fmt::format("\t{}\t{}\t{}\tnull\t{}\tnull\t{}\t{}\t{}\t{}\t{}", identifiers, formulas,
                     list_of("smiles"), list_of("name"), list_of("exact_mass"), adduct,
                     answered ? kTentative : kMassOnly, answered ? measures_.front().param : "null",
                     answered ? mztab_decimal(cell(answers.front(), "score")) : "null");
}

void MztabWriter::write_section(const std::string& header, const std::vector<Further>& further,
                                Spool& rows) {
  std::string text = "\n" + header;
  for (const auto& column : further) text += "\t" + column.name;
  table_.write(text + "\n");
  rows.turn();
  std::string line;
  while (rows.read(line)) table_.write(line);
}

void MztabWriter::finish(std::span<const SpectraFileCount> files) {
  table_.write(mztab_metadata({facts_, files, polarities_, measures_}));
  notes_.turn();
  for (std::string line; notes_.read(line);) table_.write(line);
  const std::string assays = numbered("abundance_assay", facts_.files.size());
  write_section(
      "SMH\tSML_ID\tSMF_ID_REFS\tdatabase_identifier\tchemical_formula\tsmiles\tinchi\t"
      "chemical_name\turi\ttheoretical_neutral_mass\tadduct_ions\treliability\t"
      "best_id_confidence_measure\tbest_id_confidence_value" +
          assays + "\tabundance_study_variable[1]\tabundance_variation_study_variable[1]",
      of_molecules_, molecule_rows_);
  write_section(
      "SFH\tSMF_ID\tSME_ID_REFS\tSME_ID_REF_ambiguity_code\tadduct_ion\tisotopomer\t"
      "exp_mass_to_charge\tcharge\tretention_time_in_seconds\tretention_time_in_seconds_start\t"
      "retention_time_in_seconds_end" +
          assays,
      of_features_, feature_rows_);
  write_section(
      "SEH\tSME_ID\tevidence_input_id\tdatabase_identifier\tchemical_formula\tsmiles\tinchi\t"
      "chemical_name\turi\tderivatized_form\tadduct_ion\texp_mass_to_charge\tcharge\t"
      "theoretical_mass_to_charge\tspectra_ref\tidentification_method\tms_level" +
          numbered("id_confidence_measure", measures_.size()) + "\trank",
      of_evidence_, evidence_rows_);
}

}  // namespace specbridge
