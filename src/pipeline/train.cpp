#include "specbridge/train.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/json.h"
#include "base/parallel.h"
#include "base/text.h"
#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "bridge/training_data.h"
#include "chem/morgan.h"
#include "encode/molecule_encoder.h"
#include "encode/spectrum_encoder.h"
#include "eval/metrics.h"
#include "eval/scoring.h"
#include "pipeline/training/fit_fragments.h"
#include "pipeline/training/labelled_spectra.h"
#include "pools/pool_claims.h"
#include "report/report.h"
#include "search/evidence/evidence.h"
#include "search/pool_store.h"
#include "search/score_queries.h"
#include "specbridge/error.h"
#include "specbridge/train_settings.h"
#include "specbridge/training_result.h"
#include "store/staging.h"
#include "train/model_writer.h"
#include "train/trainer.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// Ranks validation spectra while training goes on.
class Validation {
 public:
  Validation(const TrainConfig& config, LabelledSpectra labelled, const MoleculeEncoder& encoder,
             const RunContext& context)
      : labelled_(std::move(labelled)),
        context_(context),
        pools_(config.validation_candidates
                   ? CandidatePools::load(*config.validation_candidates, context)
                   : CandidatePools::all_against_all(labelled_.molecules)),
        molecules_(pools_),
        vectors_(pools_, encoder, nullptr),
        evidence_(make_evidence(evidence_ranked_by(RankBy::cosine, OtherEvidence::leave_out))) {
    for (std::size_t i = 0; i < labelled_.examples.size(); ++i) {
      const Molecule& molecule = labelled_.molecules[labelled_.examples[i].molecule];
      truths_.push_back({labelled_.names[i], molecule});
      pool_of_.push_back(pool_of(truths_.back(), pools_));
      CandidateSet& set = candidates_.emplace_back();
      if (pool_of_.back() != nullptr) set.rows = RowSet::referring_to(*pool_of_.back());
    }
    if (config.validation_candidates) warn_of_unclaimed(*config.validation_candidates);
  }

  std::vector<PeakRows> inputs() const {
    std::vector<PeakRows> inputs;
    for (const auto& example : labelled_.examples) inputs.push_back(example.input);
    return inputs;
  }

  /// Spectra whose pool holds their truth.
  std::size_t truths_in_pools() const {
    std::size_t inside = 0;
    for (std::size_t i = 0; i < truths_.size(); ++i) {
      if (pool_of_[i] == nullptr) continue;
      inside += std::ranges::any_of(*pool_of_[i], [&](std::size_t row) {
        return pools_.molecules()[row].inchikey14() == truths_[i].molecule->inchikey14();
      });
    }
    return inside;
  }

  ValidationFigures figures(const Matrix& vectors) {
    vectors_.keep_all(context_);
    std::vector<QueryResult> results;
    for (std::size_t i = 0; i < truths_.size(); ++i) {
      results.push_back(score_pool(truths_[i], pools_.molecules(), nullptr, {}));
    }
    const ShownQueries shown{vectors};
    score_queries({vectors_, molecules_, evidence_}, {}, candidates_, std::span(&shown, 1),
                  context_, [&](std::size_t, std::size_t query, const QueryScores& scores) {
                    results[query] = score_pool(truths_[query], pools_.molecules(), pool_of_[query],
                                                scores.fused);
                  });
    const Metrics metrics = measure(results);
    return {*metrics.recall.at(1), *metrics.recall.at(5), *metrics.recall.at(20), metrics.mrr};
  }

 private:
  void warn_of_unclaimed(const fs::path& path) const {
    PoolClaims claims(pools_);
    for (const auto* names : {&labelled_.names, &labelled_.skipped_names}) {
      for (const auto& name : *names) claims.count(name);
    }
    claims.warn(path, context_);
  }

  LabelledSpectra labelled_;
  const RunContext& context_;
  CandidatePools pools_;
  PoolMolecules molecules_;
  EncodedPools vectors_;
  std::vector<Evidence> evidence_;
  std::vector<TruthRecord> truths_;
  std::vector<const std::vector<std::size_t>*> pool_of_;
  std::vector<CandidateSet> candidates_;
};

std::size_t count_overlap(const LabelledSpectra& train, const LabelledSpectra& validation) {
  std::unordered_set<std::string> known;
  for (const auto& molecule : train.molecules) known.insert(molecule.inchikey14());
  return static_cast<std::size_t>(std::ranges::count_if(
      validation.molecules, [&](const Molecule& m) { return known.contains(m.inchikey14()); }));
}

/// Validation structures that training sees make the validation figures worthless; the user is
/// warned.
void warn_of_overlap(const TrainConfig& config, const LabelledSpectra& validation,
                     std::size_t overlap, const RunContext& context) {
  if (overlap == 0) return;
  const auto text = fmt::format("{} of {} {} in the training spectra too", with_thousands(overlap),
                                counted(validation.molecules.size(), "validation structure"),
                                overlap == 1 ? "is" : "are");
  if (config.overlap == Overlap::refuse) {
    throw InputError({config.validation.front().string(), 0},
                     text + "; take them out of one of the files, or leave out --strict");
  }
  context.warning(text + "; validation figures flatter the model (--strict refuses this)");
}

void warn_of_truths_outside(const TrainReport& report, const RunContext& context) {
  if (report.truths_in_pools == report.validation_spectra) return;
  context.warning(fmt::format("validation: {}; the others count as misses",
                              truths_in_pools(report.truths_in_pools, report.validation_spectra)));
}

void warn_of_skipped(std::string_view what, const LabelledSpectra& labelled, TrainReport& report,
                     const RunContext& context) {
  for (const auto& [reason, count] : labelled.skipped) {
    report.skipped[reason] += count;
    context.warning(fmt::format(
        "{} cannot be used: {}",
        counted(count, fmt::format("{} spectrum", what), fmt::format("{} spectra", what)), reason));
  }
}

/// Targets of the training molecules; examples of a molecule without a vector are dropped and
/// counted.
Matrix encode_targets(LabelledSpectra& train, const MoleculeEncoder& encoder) {
  Matrix targets = encoder.encode(train.molecules);
  const auto dropped = std::erase_if(train.examples, [&](const Example& example) {
    const auto row = std::as_const(targets).row(example.molecule);
    return dot(row, row) == 0;
  });
  if (dropped > 0) train.skipped["no_vector"] += dropped;
  return targets;
}

/// What the manifest says of the data. Files are named without their folders.
TrainingData data_of(const TrainConfig& config, const TrainReport& report,
                     std::map<std::string, std::size_t> instruments) {
  constexpr std::size_t kMostText = 2000;
  TrainingData data;
  data.spectra = report.spectra;
  data.molecules = report.molecules;
  data.instruments = std::move(instruments);
  data.description = one_line(trim(config.description), kMostText);
  data.licence = one_line(trim(config.data_licence), kMostText);
  data.origin = config.origin;
  // What was passed over in folders was said when they were read.
  add_files(data, "spectra", files_of({config.spectra, config.format}, {}));
  if (!config.validation.empty()) {
    add_files(data, "validation", files_of({config.validation, config.format}, {}));
  }
  if (config.validation_candidates) {
    add_files(data, "validation_candidates", {*config.validation_candidates});
  }
  add_files(data, "decoys", config.decoys);
  return data;
}

/// By first InChIKey block; of several molecules with one block the first counts.
std::map<std::string, FingerprintBits> fingerprints_of(const std::vector<Molecule>& molecules,
                                                       const RunContext& context) {
  std::vector<FingerprintBits> bits(molecules.size());
  parallel_for(molecules.size(), context.threads,
               [&](std::size_t i) { bits[i] = morgan_bits(molecules[i], kTrainingBits); });
  std::map<std::string, FingerprintBits> by_key;
  for (std::size_t i = 0; i < molecules.size(); ++i) {
    by_key.try_emplace(molecules[i].inchikey14(), std::move(bits[i]));
  }
  return by_key;
}

void copy_artifact(const fs::path& from, const fs::path& to) {
  fs::create_directory(to);
  copy_files(from, to, [](const fs::path& name) { return !name.has_parent_path(); });
}

constexpr std::string_view kCosine = "cosine", kFragments = "fragments";

bool has_kind(const TrainConfig& config, std::string_view kind) {
  return std::ranges::find(config.evidence, kind) != config.evidence.end();
}

bool fits_fragments(const TrainConfig& config) {
  return config.evidence.empty() ? !config.decoys.empty() : has_kind(config, kFragments);
}

void check_config(const TrainConfig& config) {
  if (config.validation_candidates && config.validation.empty()) {
    throw UsageError("train: --validation-candidates needs --validation");
  }
  for (const auto& kind : config.evidence) {
    if (kind == kCosine || kind == kFragments) continue;
    throw UsageError(
        fmt::format("--evidence: found \"{}\", expected cosine or fragments", one_line(kind, 60)));
  }
  if (!config.evidence.empty() && !has_kind(config, kCosine)) {
    throw UsageError("--evidence: every model has the cosine; name it, too: cosine,fragments");
  }
  if (!config.decoys.empty() && !fits_fragments(config)) {
    throw UsageError(
        "train: --decoys are for the fragment score; name it with --evidence cosine,fragments, or "
        "leave them out");
  }
}

/// Trains the members of a model one after the other, and none after an interrupt.
std::vector<TrainingResult> train_members(const TrainingInput& input, const TrainConfig& config,
                                          const fs::path& dir, const RunContext& context) {
  const std::size_t wanted = config.settings.members;
  std::vector<TrainingResult> results;
  for (std::size_t member = 1; member <= wanted; ++member) {
    if (wanted > 1) context.info(fmt::format("training member {} of {}", member, wanted));
    RunContext own = context;
    own.seed += member - 1;
    const fs::path folder = member_folder(dir, member);
    fs::create_directories(folder);
    results.push_back(train_bridge(input, config.settings, config.precision, folder, own));
    if (member > 1) fs::remove(folder / kMeanTargetFile);  // it is that of the first
    if (results.back().interrupted || context.interrupted()) break;
  }
  return results;
}

const DirectoryKind kModel = {"model"};

std::vector<fs::path> inputs_of(const TrainConfig& config) {
  auto inputs = config.spectra;
  inputs.insert(inputs.end(), config.validation.begin(), config.validation.end());
  if (config.validation_candidates) inputs.push_back(*config.validation_candidates);
  inputs.insert(inputs.end(), config.decoys.begin(), config.decoys.end());
  inputs.push_back(config.spectrum_encoder);
  inputs.push_back(config.molecule_encoder);
  return inputs;
}

}  // namespace

TrainReport run_train(const TrainConfig& config, const RunContext& context) {
  check_config(config);
  claim_directory(config.out, kModel, inputs_of(config), config.existing, context);
  const auto info = describe_spectrum_encoder(config.spectrum_encoder);
  const auto encoder = load_molecule_encoder(config.molecule_encoder, context);
  StagedDirectory staging(config.out, kModel, config.existing);

  TrainReport report;
  LabelledSpectra train =
      read_labelled({config.spectra, config.format}, info,
                    fits_fragments(config) ? FragmentPeaks::keep : FragmentPeaks::skip, context);
  std::optional<Validation> validation;
  if (!config.validation.empty()) {
    LabelledSpectra labelled =
        read_labelled({config.validation, config.format}, info, FragmentPeaks::skip, context);
    warn_of_skipped("validation", labelled, report, context);
    report.overlap = count_overlap(train, labelled);
    warn_of_overlap(config, labelled, report.overlap, context);
    report.validation_spectra = labelled.examples.size();
    validation.emplace(config, std::move(labelled), *encoder, context);
    report.truths_in_pools = validation->truths_in_pools();
    warn_of_truths_outside(report, context);
  }
  context.info(fmt::format("encoding {}", counted(train.molecules.size(), "training molecule")));
  TrainingInput input{config.spectrum_encoder, {}, encode_targets(train, *encoder), {}, {}};
  warn_of_skipped("training", train, report, context);
  report.molecules = train.molecules.size();
  report.spectra = train.examples.size();
  input.examples = std::move(train.examples);
  if (validation) {
    input.validation = validation->inputs();
    input.validate = [&](const Matrix& vectors) { return validation->figures(vectors); };
  }
  // First, so that a user who ends the training has both.
  if (fits_fragments(config)) {
    report.fragments = fit_fragments(train, config.decoys, staging.path(), context);
  }
  const auto members = train_members(input, config, staging.path(), context);
  report.training = members.front();
  report.further_members.assign(members.begin() + 1, members.end());

  write_file(staging.path() / "config.json", to_json(config.settings));
  write_training_molecules(staging.path(), fingerprints_of(train.molecules, context));
  copy_artifact(config.spectrum_encoder, staging.path() / kSpectrumEncoderFolder);
  copy_artifact(config.molecule_encoder, staging.path() / kMoleculeEncoderFolder);
  write_model_manifest(staging.path(), config.settings, members,
                       {encoder->fingerprint(), std::move(train.adducts),
                        data_of(config, report, std::move(train.instruments)), report.fragments},
                       context);
  staging.commit();
  return report;
}

std::string to_json(const TrainReport& report) {
  const auto& training = report.training;
  Json json = {{"spectra", report.spectra},
               {"molecules", report.molecules},
               {"validation_spectra", report.validation_spectra},
               {"truths_in_pools", report.truths_in_pools},
               {"overlap", report.overlap},
               {"skipped", report.skipped},
               {"steps", training.steps},
               {"best_step", training.best_step},
               {"trained_parameters", training.trained_parameters},
               {"final_loss", training.final_loss},
               {"interrupted", training.interrupted}};
  if (report.fragments) json["fragments"] = to_json(*report.fragments);
  if (training.best) {
    json["validation"] = {{"recall",
                           {{"1", training.best->recall_at_1},
                            {"5", training.best->recall_at_5},
                            {"20", training.best->recall_at_20}}},
                          {"mrr", training.best->mrr}};
  }
  return pretty(json);
}

}  // namespace specbridge
