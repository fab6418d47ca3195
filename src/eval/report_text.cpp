#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/json.h"
#include "eval/score_order.h"
#include "specbridge/base/context.h"
#include "specbridge/base/text.h"
#include "specbridge/eval/report.h"
#include "specbridge/store/file.h"

namespace specbridge {
namespace {

constexpr int kReportSchema = 1;

std::string score_cell(const std::optional<double>& score) {
  return score ? score_text(*score) : std::string();
}

Json json_of(const Metrics& metrics) {
  Json recall = Json::object();
  for (const auto& [cutoff, value] : metrics.recall) {
    recall[std::to_string(cutoff)] = value ? Json(*value) : Json(nullptr);
  }
  return {{"recall", recall}, {"mrr", metrics.mrr}};
}

Json json_of(const std::vector<InputFile>& inputs) {
  Json list = Json::array();
  for (const auto& [role, path, hash] : inputs) {
    list.push_back({{"role", role}, {"path", path}, {"sha256", hash}});
  }
  return list;
}

/// The columns of the table: the program under test, the baseline, the controls.
std::vector<std::pair<std::string, const Metrics*>> table_columns(const EvaluationReport& report) {
  std::vector<std::pair<std::string, const Metrics*>> columns = {{"model", &report.metrics},
                                                                 {"random", &report.random}};
  for (const auto& [name, metrics] : report.controls) columns.emplace_back(name, &metrics);
  return columns;
}

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f} %", 100 * *share) : std::string("unknown");
}

/// Queries with their truth among the first: the numerator behind a recall.
std::string found_cell(const std::optional<double>& recall, std::size_t queries) {
  if (!recall) return {};
  const auto found = static_cast<std::size_t>(std::llround(*recall * static_cast<double>(queries)));
  return fmt::format("{} of {}", with_thousands(found), with_thousands(queries));
}

/// Rows of cells as text: the first column to the left, the others to the right.
std::string aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = fmt::format("{:<{}}", row[0], widths[0]);
    for (std::size_t i = 1; i < row.size(); ++i) line += fmt::format("  {:>{}}", row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string metric_rows(const EvaluationReport& report) {
  const auto columns = table_columns(report);
  std::vector<std::vector<std::string>> rows(1, {""});
  for (const auto& [name, metrics] : columns) rows[0].push_back(name);
  rows[0].push_back("found");
  for (const auto& [cutoff, recall] : report.metrics.recall) {
    auto& row = rows.emplace_back(1, fmt::format("Recall@{}", cutoff));
    for (const auto& [name, metrics] : columns) row.push_back(percent(metrics->recall.at(cutoff)));
    row.push_back(found_cell(recall, report.queries));
  }
  auto& row = rows.emplace_back(1, "MRR");
  for (const auto& [name, metrics] : columns) row.push_back(fmt::format("{:.3f}", metrics->mrr));
  row.emplace_back();
  return aligned(rows);
}

std::string count_rows(const EvaluationReport& report) {
  std::vector<std::vector<std::string>> rows = {
      {"queries", with_thousands(report.queries)},
      {"evaluated", with_thousands(report.evaluated)},
      {"missed", with_thousands(report.queries - report.evaluated)}};
  for (const auto& [reason, count] : report.missed) {
    rows.push_back({"  " + reason, with_thousands(count)});
  }
  return aligned(rows);
}

}  // namespace

std::string ranks_header() {
  return "query_id\tquery_index\tinchikey14\tpool_size\trank\tties\tscore\tbest_score\tbest_"
         "smiles\t"
         "status\n";
}

std::string to_line(const QueryResult& result) {
  const std::array<std::string, 10> cells = {
      one_line(result.query_id),
      std::to_string(result.query_index),
      result.inchikey14,
      std::to_string(result.pool_size),
      result.rank ? std::to_string(*result.rank) : std::string(),
      result.rank ? std::to_string(result.ties) : std::string(),
      score_cell(result.score),
      score_cell(result.best_score),
      one_line(result.best_smiles),
      one_line(result.status)};
  return fmt::format("{}\n", fmt::join(cells, "\t"));
}

void write_ranks(const std::filesystem::path& path, std::span<const QueryResult> results) {
  StagedFile file(path, Existing::replace);
  file.write(ranks_header());
  for (const auto& result : results) file.write(to_line(result));
  file.commit();
}

std::string to_json(const EvaluationReport& report) {
  Json json = json_of(report.metrics);
  json["schema_version"] = kReportSchema;
  json["program"] = fmt::format("specbridge {}", program_version());
  json["queries"] = report.queries;
  json["evaluated"] = report.evaluated;
  json["missed"] = report.missed;
  json["random"] = json_of(report.random);
  json["pools"] = {
      {"mean", report.pools.mean}, {"median", report.pools.median}, {"max", report.pools.max}};
  json["inputs"] = json_of(report.inputs);
  json["controls"] = Json::object();
  for (const auto& [name, metrics] : report.controls) json["controls"][name] = json_of(metrics);
  json["notes"] = report.notes;
  return pretty(json);
}

std::string to_table(const EvaluationReport& report) {
  std::string text = metric_rows(report) + "\n" + count_rows(report);
  if (report.pools.max > 0) {
    text += fmt::format("\npool sizes: mean {:.1f}, median {:.1f}, largest {}\n", report.pools.mean,
                        report.pools.median, with_thousands(report.pools.max));
  }
  for (const auto& note : report.notes) text += fmt::format("note: {}\n", note);
  return text;
}

}  // namespace specbridge
