#include "ranking/hits_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "ranking/score_order.h"

namespace specbridge {
namespace {

struct FixedColumn {
  std::string_view name;
  CellKind kind;
  CellOf of;
};

constexpr std::array<FixedColumn, kHitColumns> kColumns = {{
    {"query_id", CellKind::text, CellOf::query},
    {"query_index", CellKind::number, CellOf::query},
    {"rank", CellKind::number, CellOf::answer},
    {"score", CellKind::number, CellOf::answer},
    {"library_id", CellKind::text, CellOf::answer},
    {"smiles", CellKind::text, CellOf::answer},
    {"inchikey14", CellKind::text, CellOf::answer},
    {"formula", CellKind::text, CellOf::answer},
    {"exact_mass", CellKind::number, CellOf::answer},
    {"mass_error_ppm", CellKind::number, CellOf::answer},
    {"adduct", CellKind::text, CellOf::both},
    {"precursor_mz", CellKind::number, CellOf::both},
    {"candidates", CellKind::number, CellOf::query},
    {"status", CellKind::text, CellOf::query},
    {"message", CellKind::text, CellOf::both},
}};

template <typename Number>
std::string whole(const std::optional<Number>& value) {
  return value ? std::to_string(*value) : std::string();
}

std::string fixed(const std::optional<double>& value, int decimals) {
  if (!value || !std::isfinite(*value)) return {};
  return fmt::format("{:.{}f}", *value, decimals);
}

}  // namespace

std::string_view to_string(HitColumn column) {
  return kColumns[static_cast<std::size_t>(column)].name;
}

std::vector<TableColumn> columns_of(const HitsLayout& layout) {
  std::vector<TableColumn> columns;
  const auto add = [&](std::string name, CellKind kind, CellOf of = CellOf::answer) {
    columns.push_back({std::move(name), kind, of});
  };
  for (const auto& [name, kind, of] : kColumns) columns.push_back({std::string(name), kind, of});
  add("margin", CellKind::number);
  if (layout.probability) add("probability", CellKind::number);
  if (layout.q_value) add("q_value", CellKind::number);
  if (layout.decoys) add("decoy_similarity", CellKind::number, CellOf::query);
  if (layout.explained) {
    add("explained_peaks", CellKind::number);
    add("explained_intensity", CellKind::number);
  }
  for (const auto& name : layout.evidence) add("evidence." + name, CellKind::number);
  if (layout.references) {
    add("library_spectrum", CellKind::text);
    add("library_peaks", CellKind::number);
    add("library_energy", CellKind::text);
    add("library_difference", CellKind::number);
    add("library_change", CellKind::text);
  }
  if (layout.electron) {
    add("match_factor", CellKind::number);
    add("reverse_match_factor", CellKind::number);
    add("retention_index", CellKind::number, CellOf::query);
    add("retention_index_difference", CellKind::number);
  }
  if (layout.written) add("in_library", CellKind::text);
  if (layout.file) add("file", CellKind::text, CellOf::query);
  add("retention_time", CellKind::number, CellOf::query);
  add("peaks_used", CellKind::number, CellOf::query);
  if (layout.spectra) add(std::string(kSpectraColumn), CellKind::numbers, CellOf::query);
  add("name", CellKind::text);
  add("inchikey", CellKind::text);
  if (layout.present) add("probability_present", CellKind::number, CellOf::query);
  for (const auto& name : layout.further) add("keep." + one_line(name), CellKind::text);
  return columns;
}

std::string hits_header(const HitsLayout& layout) {
  std::string line;
  for (const auto& column : columns_of(layout)) line += (line.empty() ? "" : "\t") + column.name;
  return line + "\n";
}

std::string to_line(const Hit& hit, const HitsLayout& layout) {
  const std::array<std::string, kColumns.size()> cells = {
      one_line(hit.query_id),
      std::to_string(hit.query_index),
      whole(hit.rank),
      hit.score ? score_text(*hit.score) : std::string(),
      one_line(hit.library_id),
      one_line(hit.smiles),
      one_line(hit.inchikey14),
      one_line(hit.formula),
      fixed(hit.exact_mass, 6),
      fixed(hit.mass_error_ppm, 3),
      one_line(hit.adduct),
      hit.precursor_mz && std::isfinite(*hit.precursor_mz) ? shortest(*hit.precursor_mz)
                                                           : std::string(),
      whole(hit.candidates),
      one_line(hit.status.word()),
      one_line(hit.message)};
  std::string line = fmt::format("{}\t{}", fmt::join(cells, "\t"),
                                 hit.margin ? shortest(*hit.margin) : std::string());
  if (layout.probability) line += "\t" + fixed(hit.probability, 4);
  if (layout.q_value) line += "\t" + hit.q_value;
  if (layout.decoys) {
    line += "\t" + (hit.decoy_similarity ? shortest(*hit.decoy_similarity) : std::string());
  }
  if (layout.explained) {
    line += fmt::format("\t{}\t{}", whole(hit.explained_peaks), fixed(hit.explained_intensity, 4));
  }
  for (const float score : hit.evidence) line += "\t" + (std::isnan(score) ? "" : shortest(score));
  if (layout.references) {
    line += fmt::format("\t{}\t{}\t{}\t{}\t{}", one_line(hit.library_spectrum),
                        whole(hit.library_peaks), one_line(hit.library_energy),
                        fixed(hit.library_difference, 4), one_line(hit.library_change));
  }
  if (layout.electron) {
    line +=
        fmt::format("\t{}\t{}\t{}\t{}", whole(hit.match_factor), whole(hit.reverse_match_factor),
                    fixed(hit.retention_index, 1), fixed(hit.retention_index_difference, 1));
  }
  if (layout.written) {
    line += hit.in_library ? (*hit.in_library ? "\ttrue" : "\tfalse") : "\t";
  }
  if (layout.file) line += "\t" + one_line(hit.file);
  line += fmt::format("\t{}\t{}", fixed(hit.retention_time, 3), whole(hit.peaks_used));
  if (layout.spectra) line += fmt::format("\t{}", fmt::join(hit.spectra, ";"));
  line += fmt::format("\t{}\t{}", one_line(hit.name), one_line(hit.inchikey));
  if (layout.present) line += "\t" + fixed(hit.present, 4);
  for (std::size_t i = 0; i < layout.further.size(); ++i) {
    line += "\t" + (i < hit.further.size() ? one_line(hit.further[i]) : std::string());
  }
  return line + "\n";
}

}  // namespace specbridge
