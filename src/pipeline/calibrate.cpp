#include "specbridge/calibrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/json.h"
#include "bridge/model_manifest.h"
#include "pipeline/calibration/evidence_weights.h"
#include "pipeline/calibration/first_answers.h"
#include "pipeline/calibration/held_queries.h"
#include "search/certainty/first_answer.h"
#include "search/search_parts.h"
#include "specbridge/error.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

const DirectoryKind kModel = {"model"};

/// Names for the values of a fit, a constant behind them.
std::map<std::string, double> named(std::vector<std::string> names,
                                    const std::vector<double>& values) {
  names.emplace_back("constant");
  std::map<std::string, double> by_name;
  for (std::size_t i = 0; i < values.size(); ++i) by_name[names[i]] = values[i];
  return by_name;
}

Calibration calibration_of(const HeldQueries& held, const Searcher& searcher,
                           const CalibrateConfig& config, const RunContext& context) {
  const auto kinds = searcher.evidence();
  const auto half = halves_of(held, context.seed);
  Calibration calibration;
  calibration.spectra = held.queries.size();
  calibration.molecules = held.molecules;
  calibration.absent = config.absent;
  calibration.made_isomers = config.made_isomers;
  const auto weights = fit_evidence_weights(held, half);
  const auto ranks = reciprocal_ranks(held, half, weights);
  for (std::size_t k = 0; k < held.columns.size(); ++k) {
    calibration.weights[held.columns[k]] = weights.all[k];
    if (k < held.first_product) calibration.mrr[held.columns[k]] = ranks[k];
  }
  calibration.mrr["fused"] = ranks.back();
  std::optional<MadeIsomers> isomers;
  if (config.made_isomers > 0) {
    isomers.emplace(searcher.parts().evidence_sources.fragments, config.made_isomers);
  }
  const FirstAnswerSettings settings{config.absent, searcher.parts().molecules(),
                                     isomers ? &*isomers : nullptr};
  const auto fit = fit_first_answers(held, half, weights, settings, context);
  const auto features = first_answer_features(kinds, isomers.has_value());
  calibration.first_answer = named(features, fit.weights);
  calibration.truth_present = named(features, fit.present);
  calibration.fewest_candidates = fit.fewest_candidates;
  calibration.most_candidates = fit.most_candidates;
  calibration.probability = fit.figures;
  return calibration;
}

void check_config(const CalibrateConfig& config) {
  if (config.library.has_value() == config.candidates.has_value()) {
    throw UsageError("calibrate: expected --library or --candidates, one of them");
  }
  if (!(config.absent >= 0 && config.absent < 1)) {
    throw UsageError(fmt::format("--absent: found {}, expected a share of at least 0 and below 1",
                                 config.absent));
  }
  const bool isomers =
      config.made_isomers >= MadeIsomers::kFewest && config.made_isomers <= MadeIsomers::kMost;
  if (config.made_isomers != 0 && !isomers) {
    throw UsageError(fmt::format("--made-isomers: found {}, expected 0 (none) or {} to {}",
                                 config.made_isomers, MadeIsomers::kFewest, MadeIsomers::kMost));
  }
}

std::vector<fs::path> inputs_of(const CalibrateConfig& config) {
  auto inputs = config.spectra;
  inputs.push_back(config.model);
  if (config.library) inputs.push_back(*config.library);
  if (config.candidates) inputs.push_back(*config.candidates);
  if (config.references) inputs.push_back(config.references->library);
  return inputs;
}

Searcher open(const CalibrateConfig& config, const RunContext& context) {
  SearchSources sources{config.model, config.library, config.candidates};
  sources.choice.mode = config.candidates ? CandidateMode::pools : CandidateMode::mass_window;
  sources.choice.tolerance = config.tolerance;
  sources.rank_by = RankBy::cosine;
  sources.rescore = 0;
  sources.references = config.references;
  if (sources.references) sources.references->own_record = OwnRecord::leave_out;
  sources.generation = config.generation;
  Searcher searcher = Searcher::open(sources, context);
  if (config.made_isomers > 0 && searcher.parts().evidence_sources.fragments == nullptr) {
    throw UsageError(
        fmt::format("--made-isomers: {} has no fragment score that could be compared with that of "
                    "isomers; train it with --decoys LIST, or leave the option out",
                    config.model.string()));
  }
  if (searcher.evidence().size() > 1) return searcher;
  throw UsageError(
      fmt::format("{}: has the cosine as its only evidence, so there is nothing to "
                  "weigh; train a fragment score with --decoys LIST, name library spectra with "
                  "--spectral-library, or ask a decoder with --rerank generate",
                  config.model.string()));
}

}  // namespace

CalibrateReport run_calibrate(const CalibrateConfig& config, const RunContext& context) {
  check_config(config);
  claim_directory(config.out, kModel, inputs_of(config), config.existing, context);
  const Searcher searcher = open(config, context);
  StagedDirectory staging(config.out, kModel, config.existing);
  const HeldQueries held = read_held_queries(config, searcher, context);
  const bool choice = std::ranges::any_of(
      held.queries, [](const HeldQuery& query) { return query.candidates.size() > 1; });
  if (!choice) {
    throw InputError({config.spectra.front().string(), 0},
                     "no spectrum has its structure among its candidates, beside others");
  }
  CalibrateReport report{calibration_of(held, searcher, config, context), held.left_out};
  copy_files(config.model, staging.path(),
             [](const fs::path& name) { return name != "manifest.json"; });
  write_calibrated_manifest(config.model, staging.path(), report.calibration, context.command_line);
  staging.commit();
  return report;
}

std::string to_json(const CalibrateReport& report) {
  Json json = to_json(report.calibration);
  json["left_out"] = report.left_out;
  return pretty(json);
}

}  // namespace specbridge
