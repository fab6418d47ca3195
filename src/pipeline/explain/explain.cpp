#include "specbridge/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/parallel.h"
#include "ms/input_files.h"
#include "pipeline/explain/explained_table.h"
#include "pipeline/explain/explanation_writer.h"
#include "pipeline/explain/mirror_drawing.h"
#include "pipeline/explain/named_spectra.h"
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

/// What answers are explained by.
struct ExplainedBy {
  const FragmentModel* model = nullptr;   ///< nullptr: the fixed score
  const NamedSpectra* library = nullptr;  ///< nullptr: no library spectra are at hand
  const std::vector<std::string>& columns;
};

/// What draws an answer beside its library spectrum; empty: there is none.
std::function<std::string()> mirror_of(const AnswerTask& task, const ExplainedBy& by) {
  if (by.library == nullptr || !task.listed->rank) return {};
  auto beside = by.library->beside(*task.query, *task.listed, by.columns);
  if (!beside) return {};
  return [task, beside = std::move(*beside)] {
    return draw_mirror(*task.query, *task.listed, beside);
  };
}

/// Explains the answers of some queries, some of them at a time.
void explain_all(std::span<const ListedQuery> queries, const ExplainedBy& by,
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
      answers[i] = explain_answer(*some[i].query, *some[i].listed, by.model);
    });
    for (std::size_t i = 0; i < some.size(); ++i) writer.write(answers[i], mirror_of(some[i], by));
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
  if (!config.model.empty()) add_artifacts(config.model, {}, inputs);
  Json facts = counts_of_report(report);
  facts["schema_version"] = 1;
  facts["program"] = fmt::format("specbridge {}", program_version());
  facts["command_line"] = context.command_line;
  if (!config.model.empty()) {
    facts["model"] = {{"path", recorded(config.model)}, {"fingerprint", score.fingerprint}};
  }
  if (config.spectral_library) facts["spectral_library"] = recorded(*config.spectral_library);
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
  if (!config.model.empty()) inputs.push_back(config.model);
  inputs.push_back(config.hits);
  if (config.spectral_library) inputs.push_back(*config.spectral_library);
  claim_directory(config.out, kExplanations, inputs, config.existing, context);
}

ExplainReport run_explain(const ExplainConfig& config, const RunContext& context) {
  check_shown("explain", config.top, config.spectra);
  const auto files = files_of({config.spectra, config.format}, context);
  auto inputs = files;
  inputs.push_back(config.hits);
  if (!config.model.empty()) inputs.push_back(config.model);
  if (config.spectral_library) inputs.push_back(*config.spectral_library);
  claim_directory(config.out, kExplanations, inputs, config.existing, context);
  const SearchedSpectra spectra{files, config.format};
  const auto [score, listed] = open_explained_table(
      config.hits, spectra, config.model, {config.top, config.queries, ListedCells::keep}, context);
  const auto library = open_named(config.spectral_library, config.hits, context);
  StagedDirectory staging(config.out, kExplanations, config.existing);
  ExplanationWriter writer(staging.path(), config.drawings);
  const ExplainedBy by{score.learned.get(), library ? &*library : nullptr, listed.columns};
  for_each_listed(spectra, listed, context, [&](std::span<const ListedQuery> queries) {
    explain_all(queries, by, context, writer);
  });
  ExplainReport report = writer.report();
  report.queries = listed.queries;
  report.learned = score.learned != nullptr;
  writer.finish(facts_of_run(config, files, score, report, context));
  staging.commit();
  return report;
}

}  // namespace specbridge
