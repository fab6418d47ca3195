#include "report/page.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>
#include <variant>

#include "base/json.h"
#include "chem/drawing.h"
#include "page/page_assets.h"
#include "page/page_text.h"
#include "report/json.h"
#include "report/report_assets.h"
#include "store/encoded/gzip_base64.h"

namespace specbridge {
namespace {

constexpr int kWidth = 260, kHeight = 170;
constexpr std::size_t kMostPeaks = 200;

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

/// [id, rank, structures, ties, status, truth, first answer, its similarity] of every query.
Json ranks_json(std::span<const QueryResult> results) {
  Json list = Json::array();
  for (const auto& result : results) {
    Json row = Json::array({result.name.id, Json(), result.pool_size, result.ties,
                            result.status.word(), result.truth_smiles, result.best_smiles, Json()});
    if (result.rank) row[1] = *result.rank;
    if (result.tanimoto) row[7] = std::round(*result.tanimoto * 1000) / 1000;
    list.push_back(std::move(row));
  }
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

std::string to_html(const EvaluationReport& report, const ShownEvaluation& shown) {
  const auto& [examples, results, command_line] = shown;
  const Json drawn = {{"best", json_of(examples.best)}, {"worst", json_of(examples.worst)}};
  std::string page(report_html());
  fill_place(page, "@@SCRIPT@@", report_js());
  fill_place(page, "@@COMMON@@", page_js());
  fill_place(page, "@@CHARTS@@", chart_js());
  fill_place(page, "@@EXAMPLES@@", inside_script(compact(drawn)));
  fill_place(page, "@@RANKS@@", gzip_base64(compact(ranks_json(results))));
  fill_place(page, "@@EVALUATION@@", inside_script(compact({{"command_line", command_line}})));
  fill_place(page, "@@REPORT@@", inside_script(to_json(report)));
  fill_place(page, "@@STYLE@@", page_css());
  return page;
}

}  // namespace specbridge
