#include "ranking/hits_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "ranking/score_order.h"

namespace specbridge {
namespace {

constexpr std::array<std::string_view, kHitColumns> kColumns = {
    "query_id", "query_index",  "rank",       "score",      "library_id",
    "smiles",   "inchikey14",   "formula",    "exact_mass", "mass_error_ppm",
    "adduct",   "precursor_mz", "candidates", "status",     "message"};

std::string whole(const std::optional<std::size_t>& value) {
  return value ? std::to_string(*value) : std::string();
}

std::string fixed(const std::optional<double>& value, int decimals) {
  if (!value || !std::isfinite(*value)) return {};
  return fmt::format("{:.{}f}", *value, decimals);
}

}  // namespace

std::string_view to_string(HitColumn column) {
  return kColumns[static_cast<std::size_t>(column)];
}

std::string hits_header(const HitsLayout& layout) {
  std::string line = fmt::format("{}\tmargin", fmt::join(kColumns, "\t"));
  if (layout.certainty) line += "\tprobability\tq_value";
  if (layout.explained) line += "\texplained_peaks\texplained_intensity";
  for (const auto& name : layout.evidence) line += "\tevidence." + name;
  if (layout.file) line += "\tfile";
  line += "\tretention_time\tpeaks_used";
  if (layout.spectra) line += fmt::format("\t{}", kSpectraColumn);
  line += "\tname\tinchikey";
  for (const auto& name : layout.further) line += "\tkeep." + one_line(name);
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
  if (layout.certainty) line += fmt::format("\t{}\t{}", fixed(hit.probability, 4), hit.q_value);
  if (layout.explained) {
    line += fmt::format("\t{}\t{}", whole(hit.explained_peaks), fixed(hit.explained_intensity, 4));
  }
  for (const float score : hit.evidence) line += "\t" + (std::isnan(score) ? "" : shortest(score));
  if (layout.file) line += "\t" + one_line(hit.file);
  line += fmt::format("\t{}\t{}", fixed(hit.retention_time, 3), whole(hit.peaks_used));
  if (layout.spectra) line += fmt::format("\t{}", fmt::join(hit.spectra, ";"));
  line += fmt::format("\t{}\t{}", one_line(hit.name), one_line(hit.inchikey));
  for (std::size_t i = 0; i < layout.further.size(); ++i) {
    line += "\t" + (i < hit.further.size() ? one_line(hit.further[i]) : std::string());
  }
  return line + "\n";
}

}  // namespace specbridge
