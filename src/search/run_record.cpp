#include "search/run_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/text.h"
#include "ms/ions/ion_of_spectrum.h"
#include "specbridge/error.h"
#include "specbridge/version.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr int kRunVersion = 1;

std::string mode_name(CandidateMode mode) {
  switch (mode) {
    case CandidateMode::mass_window:
      return "tolerance";
    case CandidateMode::formula:
      return "formula";
    case CandidateMode::pools:
      return "candidates";
    case CandidateMode::open:
      return "open";
  }
  return {};
}

Json candidates_json(const SearchConfig& config) {
  Json json = {{"mode", mode_name(config.mode)}, {"k", config.k}};
  if (config.mode == CandidateMode::mass_window) json["tolerance"] = to_string(config.tolerance);
  if (!config.formula.empty()) json["formula"] = config.formula;
  if (config.candidates) json["pools"] = config.candidates->string();
  for (const auto& adduct : config.adducts) json["adducts"].push_back(adduct.name);
  return json;
}

Json counts_json(const SearchReport& report) {
  return {{"queries", report.queries},       {"answered", report.answered},
          {"unanswered", report.unanswered}, {"unusable", report.unusable},
          {"ms1_scans", report.ms1_scans},   {"charge_conflicts", report.charge_conflicts},
          {"oddities", report.oddities},     {"unseen_adducts", report.unseen_adducts}};
}

Json files_json(const SearchReport& report) {
  Json files = Json::array();
  for (const auto& file : report.files) {
    files.push_back({{"path", file.path},
                     {"format", file.format},
                     {"queries", file.queries},
                     {"ms1_scans", file.ms1_scans}});
  }
  return files;
}

}  // namespace

std::optional<fs::path> run_json_path(const SearchConfig& config) {
  if (config.run_json) return config.run_json;
  if (config.out == "-") return {};
  fs::path path = config.out;
  path += ".run.json";
  return path;
}

bool is_unusable(std::string_view status) {
  constexpr std::array<std::string_view, 8> kFaults = {
      "bad_record",     "no_precursor", "no_peaks",     "not_ms2",
      "unknown_adduct", "no_formula",   "no_structure", "bad_structure"};
  return std::ranges::find(kFaults, status) != kFaults.end();
}

Accounting::Accounting(const SearchConfig& config)
    : config_(config), run_json_(run_json_path(config)) {
  if (run_json_) check_output(*run_json_, config.existing);
  if (!config.rejects) return;
  rejects_.emplace(*config.rejects, config.existing);
  rejects_->write("file\tline\tquery_index\treason\tmessage\n");
}

void Accounting::take(const Query& query, const RankedList& list) {
  ++report_.queries;
  for (const auto& [oddity, name] : kOddities) {
    if (query.spectrum.has(oddity)) ++report_.oddities[std::string(name)];
  }
  const auto adduct = adduct_of(query.spectrum);
  if (adduct && contradicts(query.spectrum, *adduct)) ++report_.charge_conflicts;
  if (list.status == "ok") {
    ++report_.answered;
    return;
  }
  ++report_.unanswered[list.status];
  if (is_unusable(list.status)) reject(query, list);
}

void Accounting::reject(const Query& query, const RankedList& list) {
  ++report_.unusable;
  const auto& origin = query.spectrum.origin;
  if (rejects_) {
    rejects_->write(fmt::format("{}\t{}\t{}\t{}\t{}\n", one_line(origin.file), origin.line,
                                query.index, list.status, one_line(list.message)));
  }
  if (config_.max_errors && report_.unusable > *config_.max_errors) {
    throw InputError(origin,
                     fmt::format("{}: {} ({}); {} unusable records are allowed, this is one more",
                                 one_line(query.spectrum.id, 80), list.message, list.status,
                                 *config_.max_errors));
  }
}

SearchReport Accounting::finish(const QueryStream& stream) {
  report_.ms1_scans = stream.ms1_scans();
  report_.files = stream.files();
  return report_;
}

void Accounting::publish(const SearchReport& report, const Bridge& bridge, const Library* library,
                         const RunContext& context) {
  if (rejects_) rejects_->commit();
  if (!run_json_) return;
  Json json = counts_json(report);
  json["schema_version"] = kRunVersion;
  json["program"] = "specbridge";
  json["version"] = program_version();
  json["command_line"] = context.command_line;
  json["files"] = files_json(report);
  json["candidates"] = candidates_json(config_);
  json["hits"] = config_.out.string();
  if (config_.rejects) json["rejects"] = config_.rejects->string();
  json["model"] = {{"path", config_.model.string()}, {"fingerprint", bridge.fingerprint()}};
  if (library != nullptr) {
    json["library"] = {{"path", config_.library->string()},
                       {"fingerprint", library->fingerprint()}};
  }
  write_file(*run_json_, pretty(json), config_.existing);
}

}  // namespace specbridge
