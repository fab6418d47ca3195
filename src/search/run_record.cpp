#include "search/run_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "ms/oddities.h"
#include "specbridge/error.h"
#include "specbridge/status.h"
#include "specbridge/version.h"
#include "store/paths.h"

namespace specbridge {
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

Json counts_of(const SearchReport& report) {
  Json json = {{"queries", report.queries},
               {"answered", report.answered},
               {"merged", report.merged},
               {"left_out", report.left_out},
               {"unanswered", report.unanswered},
               {"unusable", report.unusable},
               {"ms1_scans", report.ms1_scans},
               {"charge_conflicts", report.charge_conflicts},
               {"oddities", report.oddities},
               {"unseen_adducts", report.unseen_adducts},
               {"assumed_adducts", report.assumed_adducts},
               {"damaged_files", report.damaged_files}};
  if (report.writing) {
    json["written"] = {{"texts", report.writing->texts},
                       {"invalid", report.writing->invalid},
                       {"answered", report.answered_by_writing}};
  }
  return json;
}

Json files_of(const SearchReport& report) {
  Json files = Json::array();
  for (const auto& file : report.files) {
    files.push_back({{"path", recorded(file.path)},
                     {"format", file.format},
                     {"queries", file.queries},
                     {"ms1_scans", file.ms1_scans}});
    if (file.profiles > 0) files.back()["profiles"] = file.profiles;
    if (!file.error.empty()) files.back()["error"] = file.error;
  }
  return files;
}

}  // namespace

RunRecord::RunRecord(RunRecordSettings settings, const RunContext& context)
    : settings_(std::move(settings)) {
  if (!settings_.rejects) return;
  rejects_.emplace(*settings_.rejects, settings_.existing_rejects, context);
  rejects_->write("file\tline\tquery_index\treason\tmessage\n");
}

void RunRecord::count(const Query& query, const RankedList& list) {
  ++report_.queries;
  for (const auto& [oddity, name, remedy] : kOddities) {
    if (query.spectrum.has(oddity)) ++report_.oddities[std::string(name)];
  }
  const auto& [adduct, possible, source] = query.ion;
  const bool assumed = source != AdductSource::record && !possible.empty();
  if (assumed && !query.refusal) ++report_.assumed_adducts[names_of(adducts_of(possible))];
  if (adduct && contradicts(query.spectrum, *adduct)) ++report_.charge_conflicts;
  if (list.status == Status::ok) {
    ++report_.answered;
    const bool written = !list.hits.empty() && list.hits.front().written != nullptr;
    report_.answered_by_writing += written ? 1 : 0;
    return;
  }
  if (list.status == Status::merged) {
    ++report_.merged;
    return;
  }
  ++report_.unanswered[std::string(to_string(list.status))];
  if (fault_of(list.status) == Fault::record) reject(query, list);
}

void RunRecord::reject(const Query& query, const RankedList& list) {
  ++report_.unusable;
  const auto& origin = query.spectrum.origin;
  if (rejects_) {
    rejects_->write(fmt::format("{}\t{}\t{}\t{}\t{}\n", one_line(origin.file), origin.line,
                                query.name.index, to_string(list.status), one_line(list.message)));
  }
  if (settings_.max_errors && report_.unusable > *settings_.max_errors) {
    throw InputError(
        origin,
        fmt::format("{}: {} ({}); {} allowed, this is one more", one_line(query.name.id, 80),
                    list.message, to_string(list.status),
                    counted(*settings_.max_errors, "unusable record is", "unusable records are")));
  }
}

SearchReport RunRecord::finish(const QueryStream& stream) {
  report_.ms1_scans = stream.ms1_scans();
  report_.files = stream.files();
  report_.damaged_files = static_cast<std::size_t>(std::ranges::count_if(
      report_.files, [](const SpectraFileCount& file) { return !file.error.empty(); }));
  return report_;
}

void RunRecord::publish(const SearchReport& report, const Json& facts) {
  if (rejects_) rejects_->commit();
  if (!settings_.run_json) return;
  Json json = counts_of(report);
  json["schema_version"] = kRunVersion;
  json["program"] = "specbridge";
  json["version"] = program_version();
  json["files"] = files_of(report);
  json.update(facts);
  write_file(*settings_.run_json, pretty(json), settings_.existing_record);
}

Json to_json(const GenerationSources& asked) {
  Json json = {{"beams", asked.beams}, {"denovo", asked.denovo}};
  if (asked.denovo_below) json["denovo_below"] = *asked.denovo_below;
  if (asked.evidence == OtherEvidence::show) json["rerank_by"] = to_string(asked.by);
  return json;
}

Json to_json(const SearchSources& sources, std::size_t k) {
  const CandidateChoice& choice = sources.choice;
  Json json = {{"mode", mode_name(choice.mode)}, {"k", k}};
  if (choice.mode == CandidateMode::mass_window) json["tolerance"] = to_string(choice.tolerance);
  if (!choice.formula.empty()) json["formula"] = choice.formula;
  if (sources.pools) json["pools"] = recorded(*sources.pools);
  for (const auto& adduct : choice.adducts) json["adducts"].push_back(adduct.name);
  return json;
}

std::string to_json(const SearchReport& report) {
  return pretty(counts_of(report));
}

}  // namespace specbridge
