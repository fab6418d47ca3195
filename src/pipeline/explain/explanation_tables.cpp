#include "pipeline/explain/explanation_tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <string_view>

#include "base/text.h"
#include "report/metrics_json.h"

namespace specbridge {
namespace {

constexpr std::array<std::string_view, 17> kPeakColumns = {
    "query_id",  "query_index", "rank",      "smiles",          "adduct",    "mz",
    "intensity", "status",      "formula",   "fragment_smiles", "bonds_cut", "bonds",
    "hydrogens", "radical",     "error_ppm", "contribution",    "message"};

const std::string& smiles_of(const ExplainedAnswer& answer) {
  return answer.molecule ? answer.molecule->smiles() : answer.listed.smiles;
}

/// What all rows of an answer begin with, a tab behind it.
std::string answer_cells(const ExplainedAnswer& answer) {
  const auto& rank = answer.listed.rank;
  return fmt::format("{}\t{}\t{}\t{}\t{}\t", one_line(answer.query.id), answer.query.index,
                     rank ? std::to_string(*rank) : "", one_line(smiles_of(answer)),
                     one_line(answer.listed.adduct));
}

std::string ion_cells(const ExplainedIon& ion) {
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{:.3f}\t{}", ion.formula, ion.smiles,
                     ion.bonds.size(), fmt::join(ion.bonds, " "), ion.hydrogens,
                     ion.radical ? 1 : 0, ion.error_ppm,
                     shortest(static_cast<float>(ion.contribution)));
}

/// A number as JSON that reads as in the tables, not as the float's nearest double.
double as_told(double value) {
  return parse_number(shortest(static_cast<float>(value))).value_or(0);
}

Json peak_json(const AnswerPeak& peak) {
  Json json{{"mz", peak.peak.mz},
            {"intensity", as_told(peak.peak.intensity)},
            {"status", status_of(peak)}};
  if (!peak.ion) return json;
  const ExplainedIon& ion = *peak.ion;
  json["formula"] = ion.formula;
  json["fragment_smiles"] = ion.smiles;
  json["atoms"] = ion.atoms;
  json["bonds_cut"] = ion.bonds.size();
  json["bonds"] = ion.bonds;
  json["hydrogens"] = ion.hydrogens;
  json["radical"] = ion.radical;
  json["error_ppm"] = std::round(ion.error_ppm * 1000) / 1000;
  json["contribution"] = as_told(ion.contribution);
  return json;
}

std::string_view word_of(FragmentationExtent extent) {
  switch (extent) {
    case FragmentationExtent::three_cuts:
      return "three_cuts";
    case FragmentationExtent::rings_and_two_cuts:
      return "rings_and_two_cuts";
    case FragmentationExtent::two_cuts:
      return "two_cuts";
    default:
      return "none";
  }
}

}  // namespace

std::string peaks_header() {
  return fmt::format("{}\n", fmt::join(kPeakColumns, "\t"));
}

std::string peak_rows(const ExplainedAnswer& answer) {
  const std::string begin = answer_cells(answer);
  if (answer.peaks.empty()) {
    const auto why =
        answer.state == AnswerState::explained ? std::string("no peaks") : one_line(answer.message);
    return fmt::format("{}\t\t{}\t\t\t\t\t\t\t\t\t{}\n", begin, to_string(answer.state), why);
  }
  std::string rows;
  for (const auto& peak : answer.peaks) {
    rows += fmt::format("{}{}\t{}\t{}\t{}\t\n", begin, shortest(peak.peak.mz),
                        shortest(peak.peak.intensity), status_of(peak),
                        peak.ion ? ion_cells(*peak.ion) : "\t\t\t\t\t\t\t");
  }
  return rows;
}

Json json_of(const ExplainedAnswer& answer, const AnswerDrawings& drawings) {
  Json json{{"query_id", answer.query.id},
            {"query_index", answer.query.index},
            {"rank", answer.listed.rank ? Json(*answer.listed.rank) : Json()},
            {"smiles", smiles_of(answer)},
            {"adduct", answer.listed.adduct},
            {"precursor_mz", number_or_null(answer.precursor_mz)},
            {"state", to_string(answer.state)}};
  if (!answer.message.empty()) json["message"] = answer.message;
  if (!drawings.mirror.empty()) json["library_drawing"] = drawings.mirror;
  if (answer.state != AnswerState::explained) return json;
  json["extent"] = word_of(answer.extent);
  json["peaks"] = answer.part.peaks;
  json["explained_peaks"] = answer.part.explained;
  json["explained_intensity"] =
      answer.part.intensity ? Json(as_told(*answer.part.intensity)) : Json();
  json["score"] = as_told(answer.score);
  json["drawing"] = drawings.explanation.empty() ? Json() : Json(drawings.explanation);
  json["spectrum"] = Json::array();
  for (const auto& peak : answer.peaks) json["spectrum"].push_back(peak_json(peak));
  return json;
}

}  // namespace specbridge
