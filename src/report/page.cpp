#include "report/page.h"

#include <algorithm>
#include <unordered_set>
#include <variant>

#include "base/json.h"
#include "chem/drawing.h"
#include "report/json.h"
#include "report/page_assets.h"

namespace specbridge {
namespace {

constexpr int kWidth = 260, kHeight = 170;
constexpr std::size_t kMostPeaks = 200;

/// JSON that can neither end nor open an element: in it, "<" stands inside of strings only.
std::string inside_script(const std::string& json) {
  std::string text;
  for (const char c : json) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

void fill(std::string& page, std::string_view name, std::string_view text) {
  const auto at = page.find(name);
  if (at != std::string::npos) page.replace(at, name.size(), text);
}

/// A drawing, or nothing for text that is no molecule.
std::string drawing_of(const std::string& smiles) {
  const auto molecule = standardize(smiles);
  return std::holds_alternative<Rejection>(molecule)
             ? std::string()
             : draw_svg(std::get<Molecule>(molecule), kWidth, kHeight);
}

/// The most intense peaks in percent of the highest, by m/z.
Json peaks_json(std::vector<std::pair<double, double>> peaks) {
  const auto weaker = [](const auto& a, const auto& b) { return a.second > b.second; };
  std::sort(peaks.begin(), peaks.end(), weaker);
  if (peaks.size() > kMostPeaks) peaks.resize(kMostPeaks);
  const double highest = peaks.empty() ? 0 : peaks.front().second;
  std::sort(peaks.begin(), peaks.end());
  Json list = Json::array();
  for (const auto& [mz, intensity] : peaks) {
    if (highest > 0) list.push_back(Json::array({mz, 100 * intensity / highest}));
  }
  return list;
}

Json json_of(const ExampleQuery& query) {
  const QueryResult& result = query.result;
  Json json = {{"query_id", result.name.id},
               {"rank", result.rank.value_or(0)},
               {"ties", result.ties},
               {"pool_size", result.pool_size},
               {"adduct", result.traits.adduct},
               {"truth_smiles", result.truth_smiles},
               {"truth_svg", drawing_of(result.truth_smiles)},
               {"best_smiles", result.best_smiles},
               {"best_svg", drawing_of(result.best_smiles)},
               {"peaks", peaks_json(query.peaks)}};
  if (result.traits.precursor_mz) json["precursor_mz"] = *result.traits.precursor_mz;
  if (result.tanimoto) json["tanimoto"] = *result.tanimoto;
  if (result.mces) json["mces"] = result.mces->distance;
  return json;
}

Json json_of(const std::vector<ExampleQuery>& queries) {
  Json list = Json::array();
  for (const auto& query : queries) list.push_back(json_of(query));
  return list;
}

using Pointers = std::vector<const QueryResult*>;

/// The first `count` of different molecules.
std::vector<ExampleQuery> first_of_molecules(const Pointers& ordered, std::size_t count) {
  std::unordered_set<std::string> seen;
  std::vector<ExampleQuery> chosen;
  for (const auto* result : ordered) {
    if (chosen.size() == count) break;
    if (seen.insert(result->truth_smiles).second) chosen.push_back({*result, {}});
  }
  return chosen;
}

}  // namespace

Examples choose_examples(std::span<const QueryResult> results, std::size_t count) {
  Pointers found, lost;
  for (const auto& result : results) {
    if (result.rank) (*result.rank == 1 ? found : lost).push_back(&result);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto* a, const auto* b) { return a->pool_size > b->pool_size; });
  std::stable_sort(lost.begin(), lost.end(),
                   [](const auto* a, const auto* b) { return *a->rank > *b->rank; });
  return {first_of_molecules(found, count), first_of_molecules(lost, count)};
}

std::string to_html(const EvaluationReport& report, const Examples& examples) {
  const Json shown = {{"best", json_of(examples.best)}, {"worst", json_of(examples.worst)}};
  std::string page(page_html());
  // Last to first: what is filled in can then hold no place that is still to be filled.
  fill(page, "@@SCRIPT@@", page_js());
  fill(page, "@@CHARTS@@", chart_js());
  fill(page, "@@EXAMPLES@@",
       inside_script(shown.dump(-1, ' ', false, Json::error_handler_t::replace)));
  fill(page, "@@REPORT@@", inside_script(to_json(report)));
  fill(page, "@@STYLE@@", page_css());
  return page;
}

}  // namespace specbridge
