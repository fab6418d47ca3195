#include "specbridge/calibrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/json.h"
#include "base/random.h"
#include "base/text.h"
#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "ms/input_files.h"
#include "pipeline/truths.h"
#include "ranking/tie_position.h"
#include "search/controls.h"
#include "search/score_queries.h"
#include "search/search_parts.h"
#include "specbridge/error.h"
#include "specbridge/tie_rule.h"
#include "stats/choice_model.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr double kRidge = 1e-3;  // on evidence of unit spread

const DirectoryKind kModel = {"model"};

/// Spectra with their candidates, of which one is right.
struct Held {
  explicit Held(std::size_t kinds) : evidence(kinds) {}

  AlternativeTable evidence;  ///< of candidates, by kind
  std::vector<Choice> choices;
  std::vector<std::size_t> molecules;                        ///< of the choices
  std::unordered_map<std::string, std::size_t> molecule_of;  ///< by first InChIKey block
  std::map<std::string, std::size_t> left_out;
};

/// The scores of one kind, those that are missing as the worst that is known; nothing known: 0.
std::vector<double> filled(std::span<const float> scores) {
  double worst = kMissing;
  for (const float score : scores) worst = std::fmin(worst, score);
  if (std::isnan(worst)) worst = 0;
  std::vector<double> values;
  for (const float score : scores) values.push_back(std::isnan(score) ? worst : score);
  return values;
}

/// What one query says: its candidates' evidence, and which of them is right.
struct Answer {
  std::vector<std::vector<double>> kinds;
  std::vector<char> right;
};

Answer answer_of(const QueryScores& scores, const CandidateSet& set, const MoleculeStore& molecules,
                 std::string_view truth) {
  Answer answer;
  for (const auto& column : scores.table) answer.kinds.push_back(filled(column.of(scores.place)));
  const StructureKey key(truth);
  set.rows.for_each(
      [&](std::size_t row) { answer.right.push_back(molecules.structure(row) == key ? 1 : 0); });
  return answer;
}

/// Adds a query whose candidates hold the truth once or more: the first of them counts.
void add(const Answer& answer, const std::string& truth, Held& held) {
  const auto right = std::ranges::find(answer.right, 1);
  if (right == answer.right.end() || answer.right.size() < 2) {
    ++held.left_out[right == answer.right.end() ? "truth_not_in_pool" : "no_other_candidate"];
    return;
  }
  Choice choice;
  const auto chosen = static_cast<std::size_t>(right - answer.right.begin());
  for (std::size_t i = 0; i < answer.right.size(); ++i) {
    if (answer.right[i] != 0 && i != chosen) continue;
    if (i == chosen) choice.chosen = choice.rows.size();
    choice.rows.push_back(held.evidence.size());
    std::vector<double> row;
    for (const auto& kind : answer.kinds) row.push_back(kind[i]);
    held.evidence.add(row);
  }
  held.choices.push_back(std::move(choice));
  held.molecules.push_back(
      held.molecule_of.try_emplace(truth, held.molecule_of.size()).first->second);
}

/// A calibration on what training saw would promise too much.
void check_unseen(std::span<const Query> queries, std::span<const TruthRecord> truths,
                  const std::unordered_set<std::string>& trained) {
  for (std::size_t i = 0; i < truths.size(); ++i) {
    if (!truths[i].molecule || !trained.contains(truths[i].molecule->inchikey14())) continue;
    throw InputError(
        queries[i].spectrum.origin,
        fmt::format("{}: the model was trained on this molecule ({}); expected spectra "
                    "of molecules that training did not see",
                    one_line(truths[i].name.id, 80), truths[i].molecule->inchikey14()));
  }
}

/// Asks the searcher for all candidates of some queries with all evidence.
void add_queries(std::span<const Query> queries, const SearchParts& parts, std::size_t batch,
                 std::span<const TruthRecord> truths, Held& held) {
  const auto plain = [](const PeakRows& rows) { return rows; };
  const ShownQueries shown{embed_queries(*parts.model, queries, plain, batch),
                           shown_peaks(queries)};
  auto sets = parts.source->candidates({queries, shown.vectors.view()}, 0);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (truths[i].status != Status::ok) sets[i] = {truths[i].status};
    if (sets[i].status != Status::ok) ++held.left_out[std::string(to_string(sets[i].status))];
  }
  std::vector<std::optional<Answer>> answers(queries.size());
  score_queries(
      {parts.vectors(), parts.molecules(), parts.evidence, 0}, queries, sets, std::span(&shown, 1),
      parts.context, [&](std::size_t, std::size_t query, const QueryScores& scores) {
        answers[query] =
            answer_of(scores, sets[query], parts.molecules(), truths[query].molecule->inchikey14());
      });
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i]) add(*answers[i], truths[i].molecule->inchikey14(), held);
  }
}

Held read_held(const CalibrateConfig& config, const Searcher& searcher, const RunContext& context) {
  const SearchParts& parts = searcher.parts();
  const auto trained = read_training_molecules(config.model);
  Held held(parts.evidence.size());
  QueryStream stream(files_of({config.spectra, config.format}, context), config.format,
                     parts.rules);
  for_each_chunk(stream, Structures::read, context, [&](std::vector<Query>& queries) {
    const auto truths = truths_of(queries);
    check_unseen(queries, truths, trained);
    add_queries(queries, parts, config.batch, truths, held);
    context.progress("weighing evidence", stream.queries(), 0);
  });
  // Every molecule counts by the root of its number of spectra.
  std::vector<double> spectra(held.molecule_of.size());
  for (const std::size_t molecule : held.molecules) ++spectra[molecule];
  for (std::size_t i = 0; i < held.choices.size(); ++i) {
    held.choices[i].weight = 1 / std::sqrt(spectra[held.molecules[i]]);
  }
  return held;
}

/// The reciprocal rank of what is right, behind what scores as high.
double reciprocal_rank_of(const AlternativeTable& evidence, const Choice& choice,
                          const std::vector<double>& weights) {
  const auto score = [&](std::size_t row) {
    double sum = 0;
    for (std::size_t k = 0; k < weights.size(); ++k) sum += weights[k] * evidence.row(row)[k];
    return sum;
  };
  const double right = score(choice.rows[choice.chosen]);
  TiePosition position;
  for (std::size_t i = 0; i < choice.rows.size(); ++i) {
    if (i == choice.chosen) continue;
    const double other = score(choice.rows[i]);
    position.above += other > right ? 1 : 0;
    position.tied += other == right ? 1 : 0;
  }
  return reciprocal_rank(position, TieRule::worst);
}

/// Which half each molecule is in.
std::vector<char> halves(std::size_t molecules, std::uint64_t seed) {
  std::vector<char> half(molecules);
  for (std::size_t i = 0; i < molecules; ++i) half[i] = static_cast<char>(i % 2);
  Random random(seed);
  shuffle(std::span(half), random);
  return half;
}

/// The mean reciprocal rank of the fused score, each half under the weights of the other.
double cross_fitted_mrr(const Held& held, std::uint64_t seed) {
  const auto half = halves(held.molecule_of.size(), seed);
  double sum = 0;
  for (const char test : {0, 1}) {
    std::vector<const Choice*> others;
    for (std::size_t i = 0; i < held.choices.size(); ++i) {
      if (half[held.molecules[i]] != test) others.push_back(&held.choices[i]);
    }
    const auto weights = choice_weights(held.evidence, others, kRidge);
    for (std::size_t i = 0; i < held.choices.size(); ++i) {
      if (half[held.molecules[i]] == test) {
        sum += reciprocal_rank_of(held.evidence, held.choices[i], weights);
      }
    }
  }
  return sum / static_cast<double>(held.choices.size());
}

Calibration calibration_of(Held& held, const std::vector<std::string>& kinds, std::uint64_t seed) {
  Calibration calibration;
  calibration.spectra = held.choices.size();
  calibration.molecules = held.molecule_of.size();
  const auto spread = scale_to_unit_spread(held.evidence, held.choices);
  std::vector<const Choice*> all;
  for (const auto& choice : held.choices) all.push_back(&choice);
  const auto weights = choice_weights(held.evidence, all, kRidge);
  calibration.mrr["fused"] = cross_fitted_mrr(held, seed);
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    calibration.weights[kinds[k]] = weights[k] / spread[k];  // of the evidence as it comes
    std::vector<double> alone(kinds.size());
    alone[k] = 1;
    double sum = 0;
    for (const auto& choice : held.choices) sum += reciprocal_rank_of(held.evidence, choice, alone);
    calibration.mrr[kinds[k]] = sum / static_cast<double>(held.choices.size());
  }
  return calibration;
}

void check_config(const CalibrateConfig& config) {
  if (config.library.has_value() == config.candidates.has_value()) {
    throw UsageError("calibrate: expected --library or --candidates, one of them");
  }
}

std::vector<fs::path> inputs_of(const CalibrateConfig& config) {
  auto inputs = config.spectra;
  inputs.push_back(config.model);
  if (config.library) inputs.push_back(*config.library);
  if (config.candidates) inputs.push_back(*config.candidates);
  return inputs;
}

void copy_model(const fs::path& from, const fs::path& to) {
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    const fs::path name = entry.path().lexically_relative(from);
    if (entry.is_directory()) {
      fs::create_directory(to / name);
    } else if (name != "manifest.json") {
      clone_or_copy(entry.path(), to / name);
    }
  }
}

Searcher open(const CalibrateConfig& config, const RunContext& context) {
  SearchSources sources{config.model, config.library, config.candidates};
  sources.choice.mode = config.candidates ? CandidateMode::pools : CandidateMode::mass_window;
  sources.choice.tolerance = config.tolerance;
  sources.rank_by = RankBy::cosine;
  sources.rescore = 0;
  Searcher searcher = Searcher::open(sources, context);
  if (searcher.evidence().size() > 1) return searcher;
  throw UsageError(
      fmt::format("{}: has the cosine as its only evidence, so there is nothing to "
                  "weigh; train a fragment score with --decoys LIST",
                  config.model.string()));
}

}  // namespace

CalibrateReport run_calibrate(const CalibrateConfig& config, const RunContext& context) {
  check_config(config);
  claim_directory(config.out, kModel, inputs_of(config), config.existing, context);
  const Searcher searcher = open(config, context);
  StagedDirectory staging(config.out, kModel, config.existing);
  Held held = read_held(config, searcher, context);
  if (held.choices.empty()) {
    throw InputError({config.spectra.front().string(), 0},
                     "no spectrum has its structure among its candidates, beside others");
  }
  CalibrateReport report{calibration_of(held, searcher.evidence(), context.seed), held.left_out};
  copy_model(config.model, staging.path());
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
