#include "pipeline/eval_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "bridge/model_files.h"
#include "eval/hits_scorer.h"
#include "pipeline/pool_runs.h"
#include "pipeline/truths.h"
#include "pools/pool_claims.h"
#include "search/controls.h"
#include "search/generation/open_decoder.h"
#include "search/search_parts.h"
#include "search/unseen_ions.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

std::vector<TruthRecord> read_truths(const SpectraInputs& truth, const RunContext& context) {
  QueryRules rules;
  // A record that a search could not use may still have a truth: the table's own status decides.
  rules.refusal = [](const Spectrum&) { return std::nullopt; };
  QueryStream stream(truth.paths, truth.format, rules);
  std::vector<TruthRecord> truths;
  for_each_chunk(stream, Structures::read, context, [&](std::vector<Query>& queries) {
    std::ranges::move(truths_of(queries), std::back_inserter(truths));
  });
  return truths;
}

PoolAnalyzer::Settings analyzer_settings(const EvalConfig& config, PoolSpelling spelling,
                                         std::size_t threads) {
  return {config.settings.rules, config.settings.ties, spelling, config.hardness, threads};
}

/// Pools that belong to other spectra look like a model that finds nothing.
void warn_of_missing_pools(const EvalConfig& config, const CandidatePools& pools,
                           std::size_t with_pool, std::size_t queries, const RunContext& context) {
  if (with_pool > 0 || queries == 0) return;
  context.warning(fmt::format(
      "{}: holds a pool for none of {}; its pools are found by the {} of a record",
      config.candidates->string(), counted(queries, "spectrum", "spectra"), pools.found_by()));
}

/// What a ranking that is not by cosine is by; "" for the cosine.
std::string ranking_note(const SearchParts& parts) {
  if (parts.rank_by != RankBy::fused) {
    return parts.rank_by == RankBy::cosine ? "" : "ranked by " + to_string(parts.rank_by);
  }
  std::string text = "ranked by";
  for (const auto& [scorer, weight] : parts.evidence) {
    text += fmt::format("{} {:.4g} x {}", text.ends_with("by") ? "" : " +", weight.of_score,
                        scorer->kind().name);
    if (weight.of_having) text += fmt::format(" + {:.4g} where there is one", *weight.of_having);
    if (weight.per_best_rare != 0) {
      text += fmt::format(" ({:+.4g} per similarity of the best library spectrum)",
                          weight.per_best_rare);
    }
  }
  return text + "; figures on spectra that the weights were fitted to flatter them";
}

/// Nothing is kept from a decoder that nobody asks.
void check_untold(const EvalConfig& config, const SearchParts& parts) {
  const bool untold = std::ranges::find(config.controls, Control::untold) != config.controls.end();
  if (!untold || counts_decoder(parts)) return;
  throw UsageError(fmt::format(
      "eval: --control untold keeps the truth from what a decoder is told, and ranking by {} "
      "counts "
      "no decoder; expected --rerank generate with --rank-by generated or likelihood, or a model "
      "whose evidence was weighed with its decoder",
      to_string(parts.rank_by)));
}

/// Of the molecules that the model was trained on: its own record, else the training spectra.
std::vector<FingerprintBits> fingerprints_for(const EvalConfig& config, const RunContext& context) {
  auto known = read_training_fingerprints(*config.model);
  if (!known.empty()) return known;
  if (config.training.empty()) {
    throw UsageError(fmt::format(
        "eval: {} does not hold the molecules it was trained on, which --control nearest compares "
        "candidates with; name its training spectra by --training, or train it again",
        config.model->string()));
  }
  return training_fingerprints(files_of({config.training, {}}, context), kTrainingBits, context);
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
  SearchSources sources{*config.model, config.library, config.candidates};
  sources.choice.mode = CandidateMode::pools;
  sources.rank_by = config.rank_by;
  sources.other_evidence = OtherEvidence::leave_out;
  sources.rescore = 0;
  sources.references = config.references;
  if (sources.references) sources.references->own_record = OwnRecord::leave_out;
  sources.generation = config.generation;
  const Searcher searcher = Searcher::open(sources, context);
  const SearchParts& parts = searcher.parts();
  check_untold(config, parts);
  PoolAnalyzer analyzer(analyzer_settings(config, PoolSpelling::standardised, 1));
  UnseenIons unseen(parts.model->trained_adducts());
  PoolRuns runs(parts, config.controls.size(), {config.settings.rules, &analyzer});
  PoolClaims claims(*parts.pools);
  QueryStream stream(spectra.paths, spectra.format, parts.rules);
  std::vector<TruthRecord> truths;
  for_each_chunk(stream, Structures::read, context, [&](std::vector<Query>& queries) {
    auto known = truths_of(queries);
    runs.add(queries, known,
             shown_under(config.controls, *parts.model, queries, context.seed, config.batch,
                         parts.references() ? WholeSpectra::show : WholeSpectra::leave_out));
    if (config.nearness == NearnessRun::rank) std::ranges::move(known, std::back_inserter(truths));
    for (const auto& query : queries) {
      unseen.count(query.ion.adduct);
      claims.count(query.name);
    }
  });
  unseen.warn(stream.queries(), context);
  claims.warn(*config.candidates, context);
  warn_of_missing_pools(config, *parts.pools, runs.with_pool(), stream.queries(), context);
  EvalRuns outcome;
  if (!truths.empty()) {
    outcome.nearness =
        rank_by_nearness(truths, *parts.pools, {fingerprints_for(config, context), kTrainingBits},
                         runs.scores(), config.settings.rules, context);
  }
  if (parts.first_answers && config.controls.front() == Control::none) {
    outcome.certainty =
        report_certainty(runs.certainties(), parts.model->calibration()->absent, context.seed);
  }
  outcome.controls = std::move(runs).results();
  const auto warning = warning_about(parts.model->training_data(), config.model->string());
  if (!warning.empty()) outcome.notes.push_back(warning);
  const std::string ranking = ranking_note(parts);
  if (!ranking.empty()) outcome.notes.push_back(ranking);
  outcome.separation = analyzer.separation();
  return outcome;
}

}  // namespace specbridge
