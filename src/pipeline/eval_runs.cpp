#include "pipeline/eval_runs.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "ms/ions/ion_of_spectrum.h"
#include "pipeline/truths.h"
#include "search/cosine_scorer.h"
#include "search/matching_library.h"
#include "search/query.h"
#include "search/unseen_ions.h"
#include "specbridge/eval_settings.h"

namespace specbridge {
namespace {

constexpr std::size_t kChunkQueries = 8192;

std::vector<TruthRecord> read_truths(const SpectraInputs& truth, const RunContext& context) {
  QueryStream stream(truth.paths, truth.format);
  StructureCache structures;
  std::vector<TruthRecord> truths;
  for (auto queries = stream.next(kChunkQueries); !queries.empty();
       queries = stream.next(kChunkQueries)) {
    // A record that a search could not use may still have a truth: the table's own status decides.
    for (auto& query : queries) query.refusal.reset();
    std::ranges::move(truths_of(queries, structures, context), std::back_inserter(truths));
  }
  return truths;
}

PoolAnalyzer::Settings analyzer_settings(const EvalConfig& config, PoolSpelling spelling,
                                         std::size_t threads) {
  return {config.settings.rules, config.settings.ties, spelling, config.hardness, threads};
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

/// Scores the queries of a model run chunk by chunk.
class ModelRun {
 public:
  ModelRun(const EvalConfig& config, const Bridge& bridge, const CandidatePools& pools,
           PoolScorer& scorer, const RunContext& context)
      : config_(config),
        bridge_(bridge),
        pools_(pools),
        scorer_(scorer),
        context_(context),
        analyzer_(analyzer_settings(config, PoolSpelling::standardised, 1)) {
    runs_.controls.resize(config.controls.size());
  }

  void add(const std::vector<Query>& queries);
  EvalRuns take() {
    tell_missing_pools();
    runs_.separation = analyzer_.separation();
    return std::move(runs_);
  }

 private:
  void tell_missing_pools() const;
  PoolScoring scoring_of(std::size_t run) {
    return {config_.settings.rules, run == 0 ? &analyzer_ : nullptr};
  }

  const EvalConfig& config_;
  const Bridge& bridge_;
  const CandidatePools& pools_;
  PoolScorer& scorer_;
  const RunContext& context_;
  PoolAnalyzer analyzer_;
  StructureCache structures_;
  std::size_t with_pool_ = 0;
  EvalRuns runs_;
};

void ModelRun::add(const std::vector<Query>& queries) {
  const auto truths = truths_of(queries, structures_, context_);
  std::vector<Matrix> vectors;
  for (const Control control : config_.controls) {
    vectors.push_back(vectors_for(control, bridge_, queries, config_.batch));
  }
  std::vector<const std::vector<std::size_t>*> pool_of(queries.size(), nullptr);
  const std::size_t first = runs_.controls.front().size();
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const bool usable = truths[i].status == "ok";
    if (usable) {
      pool_of[i] = pools_.find(pool_query(truths[i]));
      with_pool_ += pool_of[i] != nullptr ? 1 : 0;
    }
    for (auto& run : runs_.controls) {
      run.push_back(usable ? score_pool(truths[i], pools_.molecules(), nullptr, {})
                           : missed_query(truths[i], truths[i].status));
    }
  }
  scorer_.score(
      pool_of, vectors,
      [&](std::size_t run, std::size_t query, std::span<const float> scores) {
        runs_.controls[run][first + query] =
            score_pool(truths[query], pools_.molecules(), pool_of[query], scores, scoring_of(run));
      },
      context_);
}

/// Pools that belong to other spectra look like a model that finds nothing.
void ModelRun::tell_missing_pools() const {
  const std::size_t queries = runs_.controls.front().size();
  if (with_pool_ > 0 || queries == 0) return;
  context_.warning(fmt::format(
      "{}: holds a pool for none of {} spectra; its pools are found by the {} of a record",
      config_.candidates->string(), with_thousands(queries), pools_.found_by()));
}

}  // namespace

EvalRuns run_hits(const EvalConfig& config, const SpectraInputs& truth, const RunContext& context) {
  PoolAnalyzer analyzer(analyzer_settings(config, PoolSpelling::as_written, context.threads));
  auto truths = read_truths(truth, context);
  EvalRuns runs;
  if (config.against) {
    EvalConfig without_hardness = config;
    without_hardness.hardness = HardnessRun::skip;
    PoolAnalyzer other(
        analyzer_settings(without_hardness, PoolSpelling::as_written, context.threads));
    auto scores =
        HitsScorer(truths, {config.settings.rules, &other}).score(*config.against, context);
    runs.against = std::move(scores.results);
    for (const auto& note : scores.notes) runs.notes.push_back("against: " + note);
  }
  auto scores = HitsScorer(std::move(truths), {config.settings.rules, &analyzer})
                    .score(*config.hits, context);
  runs.controls.push_back(std::move(scores.results));
  runs.notes.insert(runs.notes.begin(), scores.notes.begin(), scores.notes.end());
  runs.separation = analyzer.separation();
  return runs;
}

EvalRuns run_model(const EvalConfig& config, const SpectraInputs& spectra,
                   const RunContext& context) {
  const Bridge bridge = Bridge::load(*config.model, context);
  const auto library = open_fitting_library(config.library, bridge, *config.model);
  const auto encoder = load_molecule_encoder(*config.model / "molecule-encoder", context);
  const auto pools = CandidatePools::load(*config.candidates, context);
  PoolScorer scorer(pools, *encoder, library ? &*library : nullptr);
  ModelRun run(config, bridge, pools, scorer, context);
  UnseenIons unseen(bridge.trained_adducts());
  QueryStream stream(spectra.paths, spectra.format, bridge.profile());
  for (auto queries = stream.next(kChunkQueries); !queries.empty();
       queries = stream.next(kChunkQueries)) {
    context.check_interrupt();
    run.add(queries);
    for (const auto& query : queries) unseen.take(adduct_of(query.spectrum));
  }
  unseen.tell(stream.queries(), context);
  return run.take();
}

}  // namespace specbridge
