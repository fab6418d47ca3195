#include "pipeline/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "audit/blind_ranker.h"
#include "audit/pool_variants.h"
#include "base/random.h"
#include "base/text.h"
#include "ms/input_files.h"
#include "pipeline/truths.h"
#include "search/cosine_scorer.h"
#include "search/matching_library.h"
#include "search/query.h"
#include "specbridge/error.h"
#include "specbridge/eval_settings.h"

namespace specbridge {
namespace {

constexpr std::size_t kChunkQueries = 8192;

/// What the model is shown, in the order of the report.
enum Run : std::size_t { kSpectrum, kZeroed, kPrecursor, kSwapped, kMean, kWithheld, kModelRuns };

struct RunText {
  const char* name;
  const char* meaning;
  Sight sight;
};

constexpr std::array<RunText, kModelRuns> kRunTexts = {{
    {"spectrum", "the run under test", Sight::whole},
    {"spectrum zeroed", "the peaks' m/z with intensity 0", Sight::nothing},
    {"precursor only", "the precursor m/z and no peak", Sight::nothing},
    {"spectra swapped", "the spectrum of another molecule's query", Sight::nothing},
    {"mean vector", "the mean training target for every query", Sight::nothing},
    {"formula withheld",
     "the peaks below the precursor, with the median precursor m/z of all queries: the mass of the "
     "molecule is not told",
     Sight::part},
}};

constexpr RunText kMoleculesOnly = {
    "molecules only",
    "a ranker of molecules, learned on other queries' pools: how common their Morgan environments "
    "are, rings, branching",
    Sight::nothing};

/// What came out for every query.
struct Outcomes {
  std::vector<TruthRecord> truths;
  std::array<std::vector<QueryResult>, kModelRuns> runs;
  std::vector<QueryResult> respelled, shuffled;
};

/// Rows of `vectors` exchanged at random between queries of different molecules, as far as there
/// are any.
Matrix swapped(const Matrix& vectors, const std::vector<TruthRecord>& truths, std::uint64_t seed) {
  std::vector<std::size_t> from;
  for (std::size_t i = 0; i < truths.size(); ++i) {
    if (truths[i].status == "ok") from.push_back(i);
  }
  auto to = from;
  Random random(seed);
  shuffle(std::span(to), random);
  const auto same = [&](std::size_t a, std::size_t b) {
    return truths[from[a]].molecule->inchikey14() == truths[to[b]].molecule->inchikey14();
  };
  for (std::size_t i = 0; i < to.size(); ++i) {
    for (std::size_t tries = 0; tries < to.size() && same(i, i); ++tries) {
      const std::size_t other = (i + 1 + tries) % to.size();
      if (!same(i, other) && !same(other, i)) std::swap(to[i], to[other]);
    }
  }
  Matrix mixed(vectors.rows(), vectors.cols());
  for (std::size_t i = 0; i < to.size(); ++i) {
    std::ranges::copy(vectors.row(to[i]), mixed.row(from[i]).begin());
  }
  return mixed;
}

Matrix mean_vectors(const Bridge& bridge, std::size_t queries) {
  Matrix vectors(queries, bridge.dim());
  for (std::size_t i = 0; i < queries; ++i) {
    std::ranges::copy(bridge.mean_target(), vectors.row(i).begin());
  }
  return vectors;
}

float median_precursor(const std::vector<Query>& queries) {
  std::vector<double> mz;
  for (const auto& query : queries) {
    if (!query.refusal && query.spectrum.precursor_mz) mz.push_back(*query.spectrum.precursor_mz);
  }
  if (mz.empty()) return 0;
  const auto middle = mz.begin() + static_cast<std::ptrdiff_t>(mz.size() / 2);
  std::nth_element(mz.begin(), middle, mz.end());
  return static_cast<float>(*middle);
}

/// The pools under three scorers, and the model that is audited.
class ModelRuns {
 public:
  ModelRuns(const AuditConfig& config, const Bridge& bridge, const MoleculeEncoder& encoder,
            const AuditPools& pools, const Library* library, const RunContext& context)
      : config_(config),
        bridge_(bridge),
        pools_(pools),
        context_(context),
        plain_(pools.plain, encoder, library),
        respelled_(pools.respelled, encoder, library),
        shuffled_(pools.shuffled, encoder, library) {}

  void add(const std::vector<Query>& queries);
  Outcomes take() { return std::move(outcomes_); }

 private:
  std::vector<Matrix> vectors_of(const std::vector<Query>& queries,
                                 const std::vector<TruthRecord>& truths) const;
  void score(PoolScorer& scorer, const CandidatePools& pools, std::span<const TruthRecord> truths,
             std::span<const Matrix> vectors, std::span<std::vector<QueryResult>> results);

  const AuditConfig& config_;
  const Bridge& bridge_;
  const AuditPools& pools_;
  const RunContext& context_;
  PoolScorer plain_, respelled_, shuffled_;
  StructureCache structures_;
  Outcomes outcomes_;
};

std::vector<Matrix> ModelRuns::vectors_of(const std::vector<Query>& queries,
                                          const std::vector<TruthRecord>& truths) const {
  const auto under = [&](PeakControl control) {
    return embed_queries(bridge_, queries, control, config_.batch);
  };
  const float shown_mz = median_precursor(queries);
  std::vector<Matrix> vectors(kModelRuns);
  vectors[kSpectrum] = under(PeakControl::none);
  vectors[kZeroed] = under(PeakControl::zeroed);
  vectors[kPrecursor] = under(PeakControl::precursor);
  vectors[kSwapped] = swapped(vectors[kSpectrum], truths, context_.seed);
  vectors[kMean] = mean_vectors(bridge_, queries.size());
  vectors[kWithheld] = embed_shown(
      bridge_, queries,
      [shown_mz](const EncoderInput& input) { return without_precursor_mz(input, shown_mz); },
      config_.batch);
  return vectors;
}

void ModelRuns::score(PoolScorer& scorer, const CandidatePools& pools,
                      std::span<const TruthRecord> truths, std::span<const Matrix> vectors,
                      std::span<std::vector<QueryResult>> results) {
  std::vector<const std::vector<std::size_t>*> pool_of(truths.size(), nullptr);
  const std::size_t first = results.front().size();
  for (std::size_t i = 0; i < truths.size(); ++i) {
    if (truths[i].status == "ok") pool_of[i] = pools.find(pool_query(truths[i]));
    for (auto& run : results) run.push_back(score_pool(truths[i], pools.molecules(), nullptr, {}));
  }
  scorer.score(
      pool_of, vectors,
      [&](std::size_t run, std::size_t query, std::span<const float> scores) {
        results[run][first + query] =
            score_pool(truths[query], pools.molecules(), pool_of[query], scores);
      },
      context_);
}

void ModelRuns::add(const std::vector<Query>& queries) {
  const auto truths = truths_of(queries, structures_, context_);
  const auto vectors = vectors_of(queries, truths);
  const std::span real(vectors.data(), 1);
  score(plain_, pools_.plain, truths, vectors, outcomes_.runs);
  score(respelled_, pools_.respelled, truths, real, std::span(&outcomes_.respelled, 1));
  score(shuffled_, pools_.shuffled, truths, real, std::span(&outcomes_.shuffled, 1));
  outcomes_.truths.insert(outcomes_.truths.end(), truths.begin(), truths.end());
}

Outcomes run_model(const AuditConfig& config, const SpectraInputs& spectra, const Bridge& bridge,
                   const AuditPools& pools, const Library* library, const RunContext& context) {
  const auto encoder = load_molecule_encoder(config.model / "molecule-encoder", context);
  ModelRuns runs(config, bridge, *encoder, pools, library, context);
  QueryStream stream(spectra.paths, spectra.format, bridge.profile());
  for (auto queries = stream.next(kChunkQueries); !queries.empty();
       queries = stream.next(kChunkQueries)) {
    context.check_interrupt();
    runs.add(queries);
  }
  return runs.take();
}

AuditRun summary_of(const RunText& text, const std::vector<QueryResult>& results,
                    const ReportSettings& settings) {
  const EvaluationReport report = summarize(results, settings);
  return {text.name, text.meaning, text.sight, report.metrics, report.intervals};
}

/// Counts and baseline of the run under test, and all runs with their intervals.
void add_runs(const Outcomes& outcomes, const std::vector<QueryResult>& molecules_only,
              const ReportSettings& settings, AuditReport& report) {
  const EvaluationReport real = summarize(outcomes.runs[kSpectrum], settings);
  report.queries = real.queries;
  report.evaluated = real.evaluated;
  report.missed = real.missed;
  report.random = real.random;
  const auto& first = kRunTexts[kSpectrum];
  report.runs.push_back({first.name, first.meaning, first.sight, real.metrics, real.intervals});
  for (std::size_t run = kSpectrum + 1; run < kModelRuns; ++run) {
    report.runs.push_back(summary_of(kRunTexts[run], outcomes.runs[run], settings));
  }
  report.runs.push_back(summary_of(kMoleculesOnly, molecules_only, settings));
}

std::vector<InputFile> inputs_of(const AuditConfig& config, const SpectraInputs& spectra) {
  std::vector<InputFile> inputs;
  for (const auto& path : spectra.paths) {
    // What came through a pipe is gone.
    inputs.push_back(path == "-" ? InputFile{"spectra", "-", ""} : fingerprint("spectra", path));
  }
  inputs.push_back(fingerprint("candidates", config.candidates));
  inputs.push_back(fingerprint("model", config.model / "manifest.json"));
  if (config.library) inputs.push_back(fingerprint("library", *config.library / "manifest.json"));
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
  check_output_directory(config.out, config.existing);
  const SpectraInputs spectra{files_of({config.spectra, config.format}, context), config.format};
  const Bridge bridge = Bridge::load(config.model, context);
  const auto library = open_fitting_library(config.library, bridge, config.model);
  const AuditPools pools = load_audit_pools(config.candidates, context);
  const Outcomes outcomes =
      run_model(config, spectra, bridge, pools, library ? &*library : nullptr, context);
  if (outcomes.truths.empty()) {
    throw InputError({config.spectra.front().string(), 0}, "holds no MS2 spectrum");
  }
  AuditReport report;
  const auto texts = texts_of(pools, outcomes.truths, context);
  report.truths = pools_with_choice(texts);
  report.rules = try_text_rules(texts);
  report.respelled = compare_ranks(outcomes.runs[kSpectrum], outcomes.respelled);
  report.shuffled = compare_ranks(outcomes.runs[kSpectrum], outcomes.shuffled);
  ReportSettings settings;
  settings.bootstrap = {config.resamples, context.seed, context.threads};
  report.bootstrap = settings.bootstrap;
  add_runs(outcomes,
           rank_by_molecules(outcomes.truths, pools.plain, library ? &*library : nullptr,
                             report.notes, context),
           settings, report);
  report.inputs = inputs_of(config, spectra);
  StagedDirectory staging(config.out, config.existing);
  write_file(staging.path() / "audit.json", to_json(report));
  staging.commit();
  return report;
}

}  // namespace specbridge
