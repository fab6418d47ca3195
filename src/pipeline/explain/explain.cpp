#include "specbridge/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/parallel.h"
#include "base/text.h"
#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "fragments/fragment_model_file.h"
#include "ms/input_files.h"
#include "pipeline/explain/explanation_writer.h"
#include "pipeline/explain/listed_answers.h"
#include "pipeline/truths.h"
#include "report/metrics_json.h"
#include "search/query_stream.h"
#include "specbridge/error.h"
#include "specbridge/version.h"
#include "store/file.h"
#include "store/paths.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kAnswersInHand = 64;  // so that memory does not grow with the table

const DirectoryKind kExplanations = {
    "set of explanations", {kExplainedFile, kPeaksFile}, is_drawing_name};

void check_explain_config(const ExplainConfig& config) {
  if (config.top == 0) throw UsageError("explain: --top is 0; expected 1 or more");
  if (std::ranges::find(config.spectra, fs::path("-")) == config.spectra.end()) return;
  throw UsageError(
      "explain: the spectra are read twice and cannot come through a pipe; name their file");
}

/// The score of a model directory that answers are explained by.
struct ExplainingScore {
  std::unique_ptr<const FragmentModel> learned;  ///< nullptr: the fixed score
  std::string fingerprint;                       ///< of the model
  std::string warning;                           ///< what to know of the model, if anything
};

/// Reads no network: of a model its fragment score alone is needed.
ExplainingScore open_score(const fs::path& model) {
  const ModelInfo info = describe_model(model);
  ExplainingScore score{nullptr, info.fingerprint, warning_about(info.data, model.string())};
  if (!info.fragments) return score;
  const fs::path file = model / kFragmentsFile;
  const auto listed = Manifest::open(model, "model").listed_sha256(kFragmentsFile);
  check_sha256(file, sha256_of_file(file), listed);
  score.learned = std::make_unique<const FragmentModel>(read_fragment_model(file));
  return score;
}

std::vector<TruthRecord> records_of(const ExplainConfig& config, const std::vector<fs::path>& files,
                                    const RunContext& context) {
  std::vector<TruthRecord> records;
  QueryStream stream(files, config.format);
  for_each_chunk(stream, Structures::skip, context, [&](std::vector<Query>& queries) {
    std::ranges::move(truths_of(queries), std::back_inserter(records));
    context.progress("reading spectra", records.size(), 0);
  });
  return records;
}

/// An answer and the spectrum that it is to explain.
struct AnswerTask {
  const Query* query;
  const ListedAnswer* listed;
};

void explain_all(std::span<const AnswerTask> tasks, const FragmentModel* model,
                 const RunContext& context, ExplanationWriter& writer) {
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

/// Reads the spectra again and explains what is listed of them.
void explain_listed(const ExplainConfig& config, const std::vector<fs::path>& files,
                    const ListedAnswers& listed, const FragmentModel* model,
                    const RunContext& context, ExplanationWriter& writer) {
  QueryStream stream(files, config.format);
  std::size_t queries = 0;
  for_each_chunk(stream, Structures::skip, context, [&](std::vector<Query>& chunk) {
    std::vector<AnswerTask> tasks;
    for (const Query& query : chunk) {
      if (query.name.index >= listed.of.size()) continue;
      const auto& answers = listed.of[query.name.index];
      queries += answers.empty() ? 0 : 1;
      for (const auto& answer : answers) tasks.push_back({&query, &answer});
    }
    explain_all(tasks, model, context, writer);
    context.progress("explaining", queries, listed.queries);
  });
  if (queries == listed.queries) return;
  throw InputError({config.spectra.front().string(), 0},
                   "changed while it was read; explain it again");
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

/// The fingerprint of the model that a table was searched with, as the record beside it states it;
/// empty without such a record.
std::string model_of_table(const fs::path& hits) {
  fs::path record = hits;
  record += ".run.json";
  std::error_code ignored;
  if (!fs::is_regular_file(record, ignored)) return {};
  try {
    const Json run = parse_json(read_file(record), record.string());
    const auto model = run.is_object() ? run.value("model", Json()) : Json();
    const auto found = model.is_object() ? model.value("fingerprint", Json()) : Json();
    return found.is_string() ? found.get<std::string>() : std::string();
  } catch (const InputError&) {
    return {};
  }
}

void warn_of_score(const ExplainConfig& config, const ExplainingScore& score,
                   const RunContext& context) {
  if (!score.warning.empty()) context.warning(score.warning);
  if (score.learned == nullptr) {
    context.warning(
        fmt::format("{}: has no fragment score; contributions are those to the fixed score (train "
                    "--decoys LIST fits one)",
                    config.model.string()));
  }
  const auto searched = model_of_table(config.hits);
  if (!searched.empty() && searched != score.fingerprint) {
    context.warning(fmt::format(
        "{}: was searched with the model {:.12}, {} is {:.12}; contributions are to the "
        "score of the latter",
        config.hits.string(), one_line(searched), config.model.string(), score.fingerprint));
  }
}

}  // namespace

std::string to_json(const ExplainReport& report) {
  return pretty(counts_of_report(report));
}

void check_explain(const ExplainConfig& config, const RunContext& context) {
  check_explain_config(config);
  auto inputs = config.spectra;
  inputs.push_back(config.model);
  claim_directory(config.out, kExplanations, inputs, config.existing, context);
}

ExplainReport run_explain(const ExplainConfig& config, const RunContext& context) {
  check_explain_config(config);
  const auto files = files_of({config.spectra, config.format}, context);
  auto inputs = files;
  inputs.insert(inputs.end(), {config.hits, config.model});
  claim_directory(config.out, kExplanations, inputs, config.existing, context);
  const ExplainingScore score = open_score(config.model);
  warn_of_score(config, score, context);
  const auto records = records_of(config, files, context);
  const auto listed = read_listed_answers(config.hits, records, {config.top, config.queries});
  if (!listed.note.empty()) context.warning(listed.note);
  StagedDirectory staging(config.out, kExplanations, config.existing);
  ExplanationWriter writer(staging.path(), config.drawings);
  explain_listed(config, files, listed, score.learned.get(), context, writer);
  ExplainReport report = writer.report();
  report.queries = listed.queries;
  report.learned = score.learned != nullptr;
  writer.finish(facts_of_run(config, files, score, report, context));
  staging.commit();
  return report;
}

}  // namespace specbridge
