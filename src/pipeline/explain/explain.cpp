#include "specbridge/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/parallel.h"
#include "ms/input_files.h"
#include "pipeline/explain/explained_table.h"
#include "pipeline/explain/explanation_writer.h"
#include "report/metrics_json.h"
#include "specbridge/version.h"
#include "store/paths.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kAnswersInHand = 64;  // so that memory does not grow with the table

const DirectoryKind kExplanations = {
    "set of explanations", {kExplainedFile, kPeaksFile}, is_drawing_name};

/// An answer and the spectrum that it is to explain.
struct AnswerTask {
  const Query* query;
  const ListedAnswer* listed;
};

/// Explains the answers of some queries, some of them at a time.
void explain_all(std::span<const ListedQuery> queries, const FragmentModel* model,
                 const RunContext& context, ExplanationWriter& writer) {
  std::vector<AnswerTask> all;
  for (const auto& query : queries) {
    for (const auto& listed : query.answers) all.push_back({query.query, &listed});
  }
  const std::span<const AnswerTask> tasks(all);
  for (std::size_t first = 0; first < tasks.size(); first += kAnswersInHand) {
    const auto some = tasks.subspan(first, std::min(kAnswersInHand, tasks.size() - first));
    std::vector<ExplainedAnswer> answers(some.size());
    parallel_for(some.size(), context.threads, [&](std::size_t i) {
      context.check_interrupt();
      answers[i] = explain_answer(*some[i].query, *some[i].listed, model);
    });
    for (const auto& answer : answers) writer.write(answer);
  }
}

Json counts_of_report(const ExplainReport& report) {
  return {{"queries", report.queries},
          {"explained", report.explained},
          {"not_taken_apart", report.not_taken_apart},
          {"without_answer", report.without_answer},
          {"drawings", report.drawings},
          {"drawings_left_out", report.drawings_left_out},
          {"score", report.learned ? "fragments" : "fixed"}};
}

Json facts_of_run(const ExplainConfig& config, const std::vector<fs::path>& files,
                  const ExplainingScore& score, const ExplainReport& report,
                  const RunContext& context) {
  auto inputs = fingerprints("spectra", files);
  inputs.push_back(fingerprint("hits", config.hits));
  add_artifacts(config.model, {}, inputs);
  Json facts = counts_of_report(report);
  facts["schema_version"] = 1;
  facts["program"] = fmt::format("specbridge {}", program_version());
  facts["command_line"] = context.command_line;
  facts["model"] = {{"path", recorded(config.model)}, {"fingerprint", score.fingerprint}};
  facts["inputs"] = json_of(inputs);
  return facts;
}

}  // namespace

std::string to_json(const ExplainReport& report) {
  return pretty(counts_of_report(report));
}

void check_explain(const ExplainConfig& config, const RunContext& context) {
  check_shown("explain", config.top, config.spectra);
  auto inputs = config.spectra;
  inputs.push_back(config.model);
  inputs.push_back(config.hits);
  claim_directory(config.out, kExplanations, inputs, config.existing, context);
}

ExplainReport run_explain(const ExplainConfig& config, const RunContext& context) {
  check_shown("explain", config.top, config.spectra);
  const auto files = files_of({config.spectra, config.format}, context);
  auto inputs = files;
  inputs.insert(inputs.end(), {config.hits, config.model});
  claim_directory(config.out, kExplanations, inputs, config.existing, context);
  const SearchedSpectra spectra{files, config.format};
  const auto [score, listed] = open_explained_table(config.hits, spectra, config.model,
                                                    {config.top, config.queries}, context);
  StagedDirectory staging(config.out, kExplanations, config.existing);
  ExplanationWriter writer(staging.path(), config.drawings);
  const FragmentModel* model = score.learned.get();
  for_each_listed(spectra, listed, context, [&](std::span<const ListedQuery> queries) {
    explain_all(queries, model, context, writer);
  });
  ExplainReport report = writer.report();
  report.queries = listed.queries;
  report.learned = score.learned != nullptr;
  writer.finish(facts_of_run(config, files, score, report, context));
  staging.commit();
  return report;
}

}  // namespace specbridge
