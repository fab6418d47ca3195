#include "pipeline/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "audit/blind_ranker.h"
#include "audit/nearness.h"
#include "audit/pool_variants.h"
#include "base/text.h"
#include "bridge/model_files.h"
#include "ms/input_files.h"
#include "pipeline/pool_runs.h"
#include "pipeline/truths.h"
#include "pools/pool_claims.h"
#include "search/controls.h"
#include "search/generation/open_decoder.h"
#include "search/search_parts.h"
#include "specbridge/control.h"
#include "specbridge/error.h"
#include "specbridge/eval_settings.h"
#include "store/staging.h"

namespace specbridge {
namespace {

constexpr ControlRow kMoleculesOnly = {
    Control::none,
    "",
    "molecules only",
    "a ranker of molecules, learned on other queries' pools: how common their Morgan environments "
    "are, rings, branching",
    SpectrumUse::nothing,
    Offered::to_audits};

constexpr std::array<ControlRow, 3> kNearnessRuns = {{
    {Control::none, "", "nearest training",
     "candidates by their largest Tanimoto similarity to a molecule the model was trained on",
     SpectrumUse::nothing, Offered::to_audits},
    {Control::none, "", "nearness prior",
     "by the largest, the mean of the 10 and of the 100 largest, weights learned on other "
     "molecules",
     SpectrumUse::nothing, Offered::to_audits},
    {Control::none, "", "prior and spectrum",
     "the same with the score of the run under test: what it adds to that prior",
     SpectrumUse::whole, Offered::to_audits},
}};

const DirectoryKind kAudit = {"audit", {"audit.json"}};

std::vector<std::filesystem::path> paths_of(const AuditConfig& config,
                                            const SpectraInputs& spectra) {
  auto paths = spectra.paths;
  paths.push_back(config.candidates);
  paths.push_back(config.model);
  if (config.library) paths.push_back(*config.library);
  return paths;
}

/// What came out for every query.
struct Outcomes {
  std::vector<TruthRecord> truths;
  std::vector<ControlRow> controls;
  std::vector<std::vector<QueryResult>> runs;  ///< in the order of `controls`
  std::vector<QueryResult> respelled, shuffled;
  std::optional<NearnessResults> nearness;  ///< nothing: the model does not say what it has seen
};

/// The controls that say something of a ranking.
std::vector<ControlRow> controls_of(const SearchParts& parts) {
  std::vector<ControlRow> rows;
  for (const auto& row : all_controls()) {
    if (row.concerns == Concerns::all || counts_decoder(parts)) rows.push_back(row);
  }
  return rows;
}

/// What is audited.
SearchSources sources_of(const AuditConfig& config) {
  SearchSources sources{config.model, config.library, config.candidates};
  sources.choice.mode = CandidateMode::pools;
  sources.rank_by = config.rank_by;
  if (!sources.rank_by && !config.generation) sources.rank_by = RankBy::cosine;
  sources.other_evidence = OtherEvidence::leave_out;
  sources.rescore = 0;
  sources.generation = config.generation;
  if (sources.rank_by == RankBy::library || sources.rank_by == RankBy::analogues) {
    throw UsageError(fmt::format(
        "audit: --rank-by {}: an audit has no library spectra; expected cosine, fragments, "
        "generated, likelihood or fused",
        to_string(*sources.rank_by)));
  }
  return sources;
}

/// A decoder that is asked is there to be audited.
void check_decoder_counts(const AuditConfig& config, const SearchParts& parts) {
  if (!config.generation || counts_decoder(parts)) return;
  throw UsageError(fmt::format(
      "audit: --rerank generate asks the decoder, and --rank-by {} does not count what it says; "
      "expected --rank-by generated or likelihood, or fused of a model that specbridge calibrate "
      "--rerank generate has weighed",
      to_string(parts.rank_by)));
}

/// Searches the pools and their two other forms with the model that is audited.
Outcomes run_model(const AuditConfig& config, const SpectraInputs& spectra, const Searcher& plain,
                   const AuditPools& pools, const RunContext& context) {
  const Searcher respelled = with_pools(plain.parts(), pools.respelled);
  const Searcher shuffled = with_pools(plain.parts(), pools.shuffled);
  Outcomes outcomes;
  outcomes.controls = controls_of(plain.parts());
  std::vector<Control> controls;
  for (const auto& row : outcomes.controls) controls.push_back(row.control);
  PoolRuns runs(plain.parts(), controls.size(), {});
  PoolRuns respelled_run(respelled.parts(), 1, {}), shuffled_run(shuffled.parts(), 1, {});
  PoolClaims claims(*pools.plain);
  QueryStream stream(spectra.paths, spectra.format, plain.parts().rules);
  for_each_chunk(stream, Structures::read, context, [&](std::vector<Query>& queries) {
    auto truths = truths_of(queries);
    for (const auto& query : queries) claims.count(query.name);
    const auto shown =
        shown_under(controls, *plain.parts().model, queries, context.seed, config.batch);
    const auto real = std::span(shown).first(1);
    runs.add(queries, truths, shown);
    respelled_run.add(queries, truths, real);
    shuffled_run.add(queries, truths, real);
    std::ranges::move(truths, std::back_inserter(outcomes.truths));
  });
  claims.warn(config.candidates, context);
  const TrainingFingerprints training{read_training_fingerprints(config.model), kTrainingBits};
  if (!training.molecules.empty()) {
    outcomes.nearness =
        rank_by_nearness(outcomes.truths, *pools.plain, training, runs.scores(), {}, context);
  }
  outcomes.runs = std::move(runs).results();
  outcomes.respelled = std::move(std::move(respelled_run).results().front());
  outcomes.shuffled = std::move(std::move(shuffled_run).results().front());
  return outcomes;
}

AuditRun run_of(const ControlRow& row, const EvaluationReport& report) {
  return {std::string(row.title), std::string(row.meaning), row.use,
          report.metrics,         report.intervals,         std::string(row.told)};
}

/// Counts and baseline of the run under test, and all runs with their intervals.
void add_runs(const Outcomes& outcomes, const std::vector<QueryResult>& molecules_only,
              const ReportSettings& settings, AuditReport& report) {
  const auto& rows = outcomes.controls;
  const EvaluationReport real = summarize(outcomes.runs.front(), settings);
  report.queries = real.queries;
  report.evaluated = real.evaluated;
  report.missed = real.missed;
  report.random = real.random;
  report.runs.push_back(run_of(rows.front(), real));
  for (std::size_t run = 1; run < rows.size(); ++run) {
    if (rows[run].control == Control::untold) report.untold_run = run;
    report.runs.push_back(run_of(rows[run], summarize(outcomes.runs[run], settings)));
  }
  if (!report.untold_run) {
    for (auto& run : report.runs) run.told.clear();
  }
  report.runs.push_back(run_of(kMoleculesOnly, summarize(molecules_only, settings)));
  if (!outcomes.nearness) {
    report.notes.push_back(
        "the model does not hold the molecules it was trained on, so nobody knows what nearness to "
        "them gives away; train it again");
    return;
  }
  const auto& [nearest, prior, and_score] = *outcomes.nearness;
  std::size_t row = 0;
  for (const auto* results : {&nearest, &prior, &and_score}) {
    report.runs.push_back(run_of(kNearnessRuns[row++], summarize(*results, settings)));
  }
}

std::vector<InputFile> inputs_of(const AuditConfig& config, const SpectraInputs& spectra) {
  auto inputs = fingerprints("spectra", spectra.paths);
  inputs.push_back(fingerprint("candidates", config.candidates));
  add_artifacts(config.model, config.library, inputs);
  return inputs;
}

std::size_t pools_with_choice(const std::vector<PoolTexts>& texts) {
  return static_cast<std::size_t>(std::ranges::count_if(texts, [](const auto& pool) {
    const auto truths = std::ranges::count_if(pool.written, &WrittenCandidate::is_truth);
    return truths > 0 && truths < static_cast<std::ptrdiff_t>(pool.written.size());
  }));
}

}  // namespace

AuditReport run_audit(const AuditConfig& config, const RunContext& context) {
  const SpectraInputs spectra{files_of({config.spectra, config.format}, context), config.format};
  const SearchSources sources = sources_of(config);
  claim_directory(config.out, kAudit, paths_of(config, spectra), config.existing, context);
  std::vector<std::filesystem::path> libraries;
  if (config.library) libraries.push_back(*config.library);
  const ModelParts model = open_model(config.model, libraries, MoleculeFiles::load, context);
  const AuditPools pools = load_audit_pools(config.candidates, context);
  const Searcher searcher = open_over_pools(sources, model, pools.plain, context);
  check_decoder_counts(config, searcher.parts());
  const Outcomes outcomes = run_model(config, spectra, searcher, pools, context);
  if (outcomes.truths.empty()) {
    throw InputError({config.spectra.front().string(), 0}, "holds no MS2 spectrum");
  }
  AuditReport report;
  report.ranked_by = to_string(searcher.parts().rank_by);
  const auto texts = texts_of(pools, outcomes.truths, context);
  report.truths = pools_with_choice(texts);
  report.rules = try_text_rules(texts);
  report.respelled = compare_ranks(outcomes.runs.front(), outcomes.respelled);
  report.shuffled = compare_ranks(outcomes.runs.front(), outcomes.shuffled);
  ReportSettings settings;
  settings.bootstrap = {config.resamples, context.seed, context.threads};
  report.bootstrap = settings.bootstrap;
  add_runs(
      outcomes,
      rank_by_molecules(outcomes.truths, *pools.plain, model.library.get(), report.notes, context),
      settings, report);
  report.inputs = inputs_of(config, spectra);
  const auto warning = warning_about(model.model->training_data(), config.model.string());
  if (!warning.empty()) report.notes.push_back(warning);
  if (model.model->calibration() && searcher.parts().rank_by == RankBy::cosine) {
    report.notes.push_back("the cosine is audited, not the weighted sum that this model ranks by");
  }
  StagedDirectory staging(config.out, kAudit, config.existing);
  write_file(staging.path() / "audit.json", to_json(report));
  staging.commit();
  return report;
}

}  // namespace specbridge
