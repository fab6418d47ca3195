#include "specbridge/eval.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "base/text.h"
#include "eval/distance_of_best.h"
#include "eval/hits_scorer.h"
#include "eval/ranks_table.h"
#include "pipeline/eval_runs.h"
#include "report/intervals.h"
#include "report/json.h"
#include "report/page.h"
#include "report/table.h"
#include "specbridge/control.h"
#include "specbridge/error.h"
#include "specbridge/eval_settings.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

void check_config(const EvalConfig& config) {
  if (config.hits.has_value() == config.model.has_value()) {
    throw UsageError(
        "eval: expected either --hits with --truth, or --model with --spectra and --candidates");
  }
  if (config.hits && config.truth.empty()) throw UsageError("eval: --hits needs --truth");
  if (config.model && (config.spectra.empty() || !config.candidates)) {
    throw UsageError("eval: --model needs --spectra and --candidates");
  }
  const bool controlled =
      config.controls != std::vector{Control::none} || config.nearness == NearnessRun::rank;
  if (config.hits && controlled) {
    throw UsageError("eval: --control needs --model, a hits table cannot be searched again");
  }
  if (config.against && !config.hits) {
    throw UsageError("eval: --against needs --hits, the table to compare");
  }
  if (config.controls.empty()) throw UsageError("eval: --control is empty");
  if (config.settings.mces) check_mces_options(*config.settings.mces);
}

const DirectoryKind kReport = {"report", {"report.json", "report.html", "ranks.tsv"}};

std::vector<fs::path> paths_of(const EvalConfig& config, const SpectraInputs& spectra) {
  auto paths = spectra.paths;
  paths.insert(paths.end(), config.training.begin(), config.training.end());
  for (const auto& one :
       {config.hits, config.against, config.candidates, config.model, config.library}) {
    if (one) paths.push_back(*one);
  }
  return paths;
}

std::vector<InputFile> inputs_of(const EvalConfig& config, const std::vector<fs::path>& files) {
  auto inputs = fingerprints(config.hits ? "truth" : "spectra", files);
  const auto add = [&inputs](const std::string& role, const std::vector<fs::path>& paths) {
    std::ranges::move(fingerprints(role, paths), std::back_inserter(inputs));
  };
  if (config.hits) add("hits", hits_files(*config.hits));
  if (config.against) add("against", hits_files(*config.against));
  for (const auto& path : config.training) inputs.push_back(fingerprint("training", path));
  if (config.candidates) inputs.push_back(fingerprint("candidates", *config.candidates));
  add_artifacts(config.model, config.library, inputs);
  return inputs;
}

void add_other_runs(const EvalConfig& config, const EvalRuns& runs, EvaluationReport& report) {
  if (config.controls.front() != Control::none) {
    report.notes.push_back(
        fmt::format("control run: the model was shown \"{}\" instead of the spectra",
                    to_string(config.controls.front())));
  }
  for (std::size_t run = 1; run < runs.controls.size(); ++run) {
    report.controls.emplace_back(
        to_string(config.controls[run]),
        measure(runs.controls[run], config.settings.cutoffs, config.settings.ties));
  }
  if (runs.nearness) {
    const auto add = [&](const char* name, const std::vector<QueryResult>& results) {
      report.controls.emplace_back(name,
                                   measure(results, config.settings.cutoffs, config.settings.ties));
    };
    add("nearest_training", runs.nearness->nearest);
    add("prior", runs.nearness->prior);
    add("prior_and_model", runs.nearness->and_score);
  }
  report.certainty = runs.certainty;
  if (runs.against) {
    report.against = compare(runs.controls.front(), *runs.against, report.settings);
  }
}

/// Of the report's own run and the one it is compared with.
void add_distances(const EvalConfig& config, EvalRuns& runs, const RunContext& context) {
  if (!config.settings.mces) return;
  const auto add = [&](std::vector<QueryResult>& results) {
    add_first_distances(results, *config.settings.mces, config.settings.ties, context);
  };
  add(runs.controls.front());
  if (runs.against) add(*runs.against);
}

/// The command without what never changes a report: where it goes, and how it is worked out.
std::string lasting_part(const std::string& command_line) {
  constexpr std::array<std::string_view, 4> kWithValue = {"-o", "--out", "--threads", "--batch"};
  constexpr std::array<std::string_view, 6> kFlags = {"--force", "--json",    "-q",
                                                      "--quiet", "--verbose", "-v"};
  std::string kept;
  bool skip = false;
  for (const auto word : split(command_line, ' ')) {
    const auto name = word.substr(0, word.find('='));
    const bool has_value = std::ranges::find(kWithValue, name) != kWithValue.end();
    const bool left_out = skip || has_value || std::ranges::find(kFlags, word) != kFlags.end();
    skip = has_value && name == word;
    if (!left_out) kept += fmt::format("{}{}", kept.empty() ? "" : " ", word);
  }
  return kept;
}

}  // namespace

EvalReport run_eval(const EvalConfig& config, const RunContext& context) {
  check_config(config);
  const SpectraInputs spectra{
      files_of({config.hits ? config.truth : config.spectra, config.format}, context),
      config.format};
  claim_directory(config.out, kReport, paths_of(config, spectra), config.existing, context);
  EvalRuns runs =
      config.hits ? run_hits(config, spectra, context) : run_model(config, spectra, context);
  auto& results = runs.controls.front();
  if (results.empty()) {
    throw InputError({(config.hits ? config.truth : config.spectra).front().string(), 0},
                     "holds no MS2 spectrum");
  }
  if (!config.training.empty()) {
    add_nearest_training(files_of({config.training, {}}, context), results, context);
  }
  add_distances(config, runs, context);
  ReportSettings settings = config.settings;
  settings.bootstrap.seed = context.seed;
  settings.bootstrap.threads = context.threads;
  EvaluationReport report = summarize(results, settings);
  report.inputs = inputs_of(config, spectra.paths);
  report.analyses.separation = runs.separation;
  std::ranges::move(runs.notes, std::back_inserter(report.notes));
  add_other_runs(config, runs, report);
  Examples examples = choose_examples(results);
  read_peaks(spectra, examples);
  StagedDirectory staging(config.out, kReport, config.existing);
  write_ranks(staging.path() / "ranks.tsv", results);
  EvalReport texts{to_json(report), to_table(report)};
  write_file(staging.path() / "report.json", texts.json);
  write_file(staging.path() / "report.html",
             to_html(report, {std::move(examples), results, lasting_part(context.command_line)}));
  staging.commit();
  return texts;
}

}  // namespace specbridge
