#include "specbridge/pipeline/eval.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/fit.h"
#include "pipeline/pool_scoring.h"
#include "pipeline/queries.h"
#include "pipeline/spectra_inputs.h"
#include "specbridge/base/error.h"
#include "specbridge/eval/scoring.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kChunkQueries = 8192;

/// The truths of some queries, in their order.
std::vector<TruthRecord> truths_of(const std::vector<Query>& queries, StructureCache& structures,
                                   const RunContext& context) {
  structures.prepare(queries, context);
  std::vector<TruthRecord> truths;
  for (const auto& query : queries) {
    TruthRecord truth{query.spectrum.id, query.index, std::nullopt, "ok"};
    const auto* structure = structures.find(query.spectrum);
    if (structure == nullptr) {
      truth.status = "no_structure";
    } else if (std::holds_alternative<Rejection>(*structure)) {
      truth.status = "bad_structure";
    } else {
      truth.molecule = std::get<Molecule>(*structure);
    }
    if (query.refusal) truth.status = query.refusal->status;
    truths.push_back(std::move(truth));
  }
  return truths;
}

std::vector<QueryResult> results_from_hits(const EvalConfig& config,
                                           const std::vector<fs::path>& files,
                                           const RunContext& context,
                                           std::vector<std::string>& notes) {
  QueryStream stream(files, config.format);
  StructureCache structures;
  std::vector<TruthRecord> truths;
  for (auto queries = stream.next(kChunkQueries); !queries.empty();
       queries = stream.next(kChunkQueries)) {
    // A record that a search could not use may still have a truth: the table's own status decides.
    for (auto& query : queries) query.refusal.reset();
    std::ranges::move(truths_of(queries, structures, context), std::back_inserter(truths));
  }
  auto scores = HitsScorer(std::move(truths)).score(*config.hits, context);
  notes = std::move(scores.notes);
  return std::move(scores.results);
}

Matrix vectors_for(Control control, const Bridge& bridge, const std::vector<Query>& queries,
                   std::size_t batch) {
  if (control != Control::mean) {
    const PeakControl peaks = control == Control::zeroed      ? PeakControl::zeroed
                              : control == Control::flat      ? PeakControl::flat
                              : control == Control::precursor ? PeakControl::precursor
                                                              : PeakControl::none;
    return embed_queries(bridge, queries, peaks, batch);
  }
  Matrix vectors(queries.size(), bridge.dim());
  for (std::size_t i = 0; i < queries.size(); ++i) {
    std::ranges::copy(bridge.mean_target(), vectors.row(i).begin());
  }
  return vectors;
}

/// Results of every control for a chunk of queries, appended to `results`.
void score_chunk(const EvalConfig& config, const Bridge& bridge, const CandidatePools& pools,
                 PoolScorer& scorer, const std::vector<Query>& queries,
                 const std::vector<TruthRecord>& truths,
                 std::vector<std::vector<QueryResult>>& results, const RunContext& context) {
  std::vector<Matrix> runs;
  for (const Control control : config.controls) {
    runs.push_back(vectors_for(control, bridge, queries, config.batch));
  }
  std::vector<const std::vector<std::size_t>*> pool_of(queries.size(), nullptr);
  const std::size_t first = results.front().size();
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const bool usable = truths[i].status == "ok";
    if (usable) pool_of[i] = pools.find(*truths[i].molecule);
    for (auto& run : results) {
      run.push_back(usable ? score_pool(truths[i], pools.molecules(), nullptr, {})
                           : missed_query(truths[i], truths[i].status));
    }
  }
  scorer.score(
      pool_of, runs,
      [&](std::size_t run, std::size_t query, std::span<const float> scores) {
        results[run][first + query] =
            score_pool(truths[query], pools.molecules(), pool_of[query], scores);
      },
      context);
}

std::vector<std::vector<QueryResult>> results_from_model(const EvalConfig& config,
                                                         const std::vector<fs::path>& files,
                                                         const RunContext& context) {
  const Bridge bridge = Bridge::load(*config.model, context);
  const auto library = open_fitting_library(config.library, bridge, *config.model);
  const auto encoder = load_molecule_encoder(*config.model / "molecule-encoder", context);
  const auto pools = CandidatePools::load(*config.candidates, context);
  PoolScorer scorer(pools, *encoder, library ? &*library : nullptr);
  QueryStream stream(files, config.format, bridge.profile());
  StructureCache structures;
  std::vector<std::vector<QueryResult>> results(config.controls.size());
  for (auto queries = stream.next(kChunkQueries); !queries.empty();
       queries = stream.next(kChunkQueries)) {
    context.check_interrupt();
    const auto truths = truths_of(queries, structures, context);
    score_chunk(config, bridge, pools, scorer, queries, truths, results, context);
  }
  return results;
}

void check_config(const EvalConfig& config) {
  if (config.hits.has_value() == config.model.has_value()) {
    throw UsageError(
        "eval: expected either --hits with --truth, or --model with --spectra and --candidates");
  }
  if (config.hits && config.truth.empty()) throw UsageError("eval: --hits needs --truth");
  if (config.model && (config.spectra.empty() || !config.candidates)) {
    throw UsageError("eval: --model needs --spectra and --candidates");
  }
  if (config.hits && config.controls != std::vector{Control::none}) {
    throw UsageError("eval: --control needs --model, a hits table cannot be searched again");
  }
  if (config.controls.empty()) throw UsageError("eval: --control is empty");
  check_output_directory(config.out, config.existing);
}

std::vector<InputFile> inputs_of(const EvalConfig& config, const std::vector<fs::path>& files) {
  std::vector<InputFile> inputs;
  for (const auto& path : files) {
    const std::string role = config.hits ? "truth" : "spectra";
    // What came through a pipe is gone.
    inputs.push_back(path == "-" ? InputFile{role, "-", ""} : fingerprint(role, path));
  }
  if (config.hits) inputs.push_back(fingerprint("hits", *config.hits));
  if (config.candidates) inputs.push_back(fingerprint("candidates", *config.candidates));
  if (config.model) inputs.push_back(fingerprint("model", *config.model / "manifest.json"));
  if (config.library) inputs.push_back(fingerprint("library", *config.library / "manifest.json"));
  return inputs;
}

}  // namespace

Control parse_control(const std::string& name) {
  for (const Control control :
       {Control::none, Control::zeroed, Control::flat, Control::precursor, Control::mean}) {
    if (name == to_string(control)) return control;
  }
  throw UsageError(
      fmt::format("--control: found \"{}\", expected none, zeroed, flat, precursor or mean", name));
}

std::string to_string(Control control) {
  switch (control) {
    case Control::none:
      return "none";
    case Control::zeroed:
      return "zeroed";
    case Control::flat:
      return "flat";
    case Control::precursor:
      return "precursor";
    case Control::mean:
      return "mean";
  }
  return {};
}

EvaluationReport run_eval(const EvalConfig& config, const RunContext& context) {
  check_config(config);
  const auto files =
      files_of({config.hits ? config.truth : config.spectra, config.format}, context);
  std::vector<std::string> notes;
  std::vector<std::vector<QueryResult>> results;
  if (config.hits) {
    results.push_back(results_from_hits(config, files, context, notes));
  } else {
    results = results_from_model(config, files, context);
  }
  if (results.front().empty()) {
    throw InputError({(config.hits ? config.truth : config.spectra).front().string(), 0},
                     "holds no MS2 spectrum");
  }
  EvaluationReport report = summarize(results.front(), config.cutoffs);
  report.inputs = inputs_of(config, files);
  std::ranges::move(notes, std::back_inserter(report.notes));
  if (config.controls.front() != Control::none) {
    report.notes.push_back(
        fmt::format("control run: the model was shown \"{}\" instead of the spectra",
                    to_string(config.controls.front())));
  }
  for (std::size_t run = 1; run < results.size(); ++run) {
    report.controls.emplace_back(to_string(config.controls[run]),
                                 measure(results[run], config.cutoffs));
  }
  StagedDirectory staging(config.out, config.existing);
  write_ranks(staging.path() / "ranks.tsv", results.front());
  write_file(staging.path() / "report.json", to_json(report));
  staging.commit();
  return report;
}

}  // namespace specbridge
