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
#include "pipeline/training/fit_fragments.h"
#include "pipeline/training/labelled_spectra.h"
#include "pipeline/training/pool_validation.h"
#include "pipeline/training/replicate_validation.h"
#include "pipeline/training/targets.h"
#include "pipeline/training/validation.h"
#include "report/report.h"
#include "specbridge/error.h"
#include "specbridge/train_settings.h"
#include "specbridge/training_result.h"
#include "store/staging.h"
#include "train/model_writer.h"
#include "train/trainer.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

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

void warn_of_replicates_outside(const TrainReport& report, const RunContext& context) {
  if (report.truths_in_pools == report.validation_spectra) return;
  context.warning(fmt::format(
      "validation: {} of {} with a replicate have one of equal precursor; the others count as "
      "misses",
      with_thousands(report.truths_in_pools),
      counted(report.validation_spectra, "spectrum", "spectra")));
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

SpectraLabels labels_of(const TrainSettings& settings) {
  return settings.labels == "shuffled" ? SpectraLabels::shuffled : SpectraLabels::stated;
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
  data.labels = labels_of(config.settings);
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
  // Of a whitened encoder, the one in it, too.
  const bool in_it = fs::exists(from / "encoder" / "manifest.json");
  copy_files(from, to, [&](const fs::path& name) { return in_it || !name.has_parent_path(); });
}

constexpr std::string_view kCosine = "cosine", kFragments = "fragments";

bool has_kind(const TrainConfig& config, std::string_view kind) {
  return std::ranges::find(config.evidence, kind) != config.evidence.end();
}

bool fits_fragments(const TrainConfig& config) {
  return config.evidence.empty() ? !config.decoys.empty() : has_kind(config, kFragments);
}

/// A model of similarity knows no molecules: options that are about them are refused.
void check_similarity_config(const TrainConfig& config) {
  const auto refuse = [](bool given, std::string_view option) {
    if (!given) return;
    throw UsageError(fmt::format(
        "train: {} is for models of molecules; leave it out with --objective similarity", option));
  };
  refuse(config.molecule_encoder.has_value(), "--molecule-encoder");
  refuse(config.validation_candidates.has_value(), "--validation-candidates");
  refuse(!config.decoys.empty(), "--decoys");
  refuse(!config.evidence.empty(), "--evidence");
}

void check_config(const TrainConfig& config) {
  if (learns_similarity(config.settings)) return check_similarity_config(config);
  if (!config.molecule_encoder) {
    throw UsageError("train: expected --molecule-encoder (or --objective similarity)");
  }
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
  if (!config.decoys.empty() && !fits_fragments(config) && config.settings.decoy_weight == 0) {
    throw UsageError(
        "train: --decoys are for the fragment score and for a \"decoy_weight\" above 0; name it "
        "with --evidence cosine,fragments, or leave them out");
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
    results.push_back(train_model(input, config.settings, config.precision, folder, own));
    if (member > 1) fs::remove(folder / kMeanTargetFile);  // of a bridge: it is that of the first
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
  if (config.molecule_encoder) inputs.push_back(*config.molecule_encoder);
  return inputs;
}

/// The spectra of a training, and what they are measured by.
struct TrainingSpectra {
  LabelledSpectra train;
  std::unique_ptr<Validation> validation;  ///< none: there is no such file
};

/// Reads the spectra to validate by and says what is odd about them.
LabelledSpectra read_validation(const TrainConfig& config, const SpectrumEncoderInfo& encoder,
                                const LabelledSpectra& train, TrainReport& report,
                                const RunContext& context) {
  LabelledSpectra labelled =
      read_labelled({config.validation, config.format}, encoder, FragmentPeaks::skip, context);
  warn_of_skipped("validation", labelled, report, context);
  report.overlap = count_overlap(train, labelled);
  warn_of_overlap(config, labelled, report.overlap, context);
  return labelled;
}

void count_validation(const Validation& validation, TrainReport& report) {
  report.validation_spectra = validation.spectra();
  report.truths_in_pools = validation.answerable();
}

/// @param dir of the model, which the encoder of the molecules is written into where it is not the
/// one that is given
/// @param encoder of the molecules: it is set, and outlives the result
TrainingSpectra bridge_spectra(const TrainConfig& config, const SpectrumEncoderInfo& info,
                               const fs::path& dir, std::unique_ptr<MoleculeEncoder>& encoder,
                               TrainReport& report, const RunContext& context) {
  TrainingSpectra spectra;
  spectra.train =
      read_labelled({config.spectra, config.format}, info,
                    fits_fragments(config) ? FragmentPeaks::keep : FragmentPeaks::skip, context);
  encoder = encoder_for(config.settings, *config.molecule_encoder, spectra.train.molecules,
                        dir / kMoleculeEncoderFolder, context);
  if (config.validation.empty()) return spectra;
  spectra.validation =
      make_pool_validation(read_validation(config, info, spectra.train, report, context),
                           config.validation_candidates, *encoder, context);
  count_validation(*spectra.validation, report);
  warn_of_truths_outside(report, context);
  return spectra;
}

TrainingSpectra similarity_spectra(const TrainConfig& config, const SpectrumEncoderInfo& info,
                                   TrainReport& report, const RunContext& context) {
  TrainingSpectra spectra;
  spectra.train =
      read_labelled({config.spectra, config.format}, info, FragmentPeaks::skip, context);
  join_structures(spectra.train);
  if (config.validation.empty()) return spectra;
  LabelledSpectra labelled = read_validation(config, info, spectra.train, report, context);
  join_structures(labelled);
  spectra.validation =
      make_replicate_validation(std::move(labelled), config.settings.precursor_ppm, context);
  count_validation(*spectra.validation, report);
  warn_of_replicates_outside(report, context);
  return spectra;
}

TrainingInput input_of(LabelledSpectra& train, Matrix targets, DecoyTable decoys,
                       Validation* validation, const TrainConfig& config,
                       const RunContext& context) {
  TrainingInput input{config.spectrum_encoder,
                      std::move(train.examples),
                      std::move(targets),
                      std::move(decoys),
                      {},
                      {}};
  if (labels_of(config.settings) == SpectraLabels::shuffled) {
    context.warning("molecules are shuffled among the spectra: the model is a control");
    shuffle_labels(input.examples, context.seed);
  }
  if (validation != nullptr) {
    input.validation = validation->inputs();
    input.validate = [validation](const Matrix& vectors) { return validation->figures(vectors); };
  }
  return input;
}

/// Writes all of a model directory but its fragment score and what was trained.
void complete_model(const fs::path& dir, const TrainConfig& config,
                    std::span<const TrainingResult> members, const ModelOrigin& origin,
                    const std::vector<Molecule>& molecules, const RunContext& context) {
  write_file(dir / "config.json", to_json(config.settings));
  write_training_molecules(dir, fingerprints_of(molecules, context));
  copy_artifact(config.spectrum_encoder, dir / kSpectrumEncoderFolder);
  if (config.molecule_encoder && !fs::exists(dir / kMoleculeEncoderFolder)) {
    copy_artifact(*config.molecule_encoder, dir / kMoleculeEncoderFolder);
  }
  write_model_manifest(dir, config.settings, members, origin, context);
}

}  // namespace

TrainReport run_train(const TrainConfig& config, const RunContext& context) {
  check_config(config);
  claim_directory(config.out, kModel, inputs_of(config), config.existing, context);
  const auto info = describe_spectrum_encoder(config.spectrum_encoder);
  StagedDirectory staging(config.out, kModel, config.existing);

  TrainReport report;
  std::unique_ptr<MoleculeEncoder> encoder;  // none where similarity is learned
  auto [train, validation] =
      config.molecule_encoder
          ? bridge_spectra(config, info, staging.path(), encoder, report, context)
          : similarity_spectra(config, info, report, context);
  Matrix targets = targets_of(train, config.settings, encoder.get(), context);
  warn_of_skipped("training", train, report, context);
  report.molecules = train.molecules.size();
  report.spectra = train.examples.size();
  DecoyTable decoys;
  if (config.settings.decoy_weight > 0) {
    decoys = isomer_decoys(train, targets, config.settings, config.decoys, *encoder, context);
  }
  const TrainingInput input =
      input_of(train, std::move(targets), std::move(decoys), validation.get(), config, context);
  // First, so that a user who ends the training has both.
  if (fits_fragments(config)) {
    report.fragments = fit_fragments(train, config.decoys, staging.path(), context);
  }
  const auto members = train_members(input, config, staging.path(), context);
  report.training = members.front();
  report.further_members.assign(members.begin() + 1, members.end());
  complete_model(staging.path(), config, members,
                 {encoder ? encoder->fingerprint() : std::string(), std::move(train.adducts),
                  data_of(config, report, std::move(train.instruments)), report.fragments},
                 train.molecules, context);
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
