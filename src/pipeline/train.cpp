#include "specbridge/train.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "bridge/training_data.h"
#include "encode/molecule_encoder.h"
#include "encode/spectrum_encoder.h"
#include "encode/whitened_encoder.h"
#include "pipeline/training/checked_spectra.h"
#include "pipeline/training/fit_fragments.h"
#include "pipeline/training/keeping_training.h"
#include "pipeline/training/kept_training.h"
#include "pipeline/training/labelled_spectra.h"
#include "pipeline/training/pool_validation.h"
#include "pipeline/training/replicate_validation.h"
#include "pipeline/training/targets.h"
#include "pipeline/training/together.h"
#include "pipeline/training/train_generation.h"
#include "pipeline/training/train_masked_encoder.h"
#include "pipeline/training/train_spec2vec.h"
#include "pipeline/training/training_request.h"
#include "pipeline/training/validation.h"
#include "report/report.h"
#include "specbridge/error.h"
#include "specbridge/train_settings.h"
#include "specbridge/training_result.h"
#include "store/journalled/journal.h"
#include "store/staging.h"
#include "train/model_writer.h"
#include "train/trainer.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

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

void copy_artifact(const fs::path& from, const fs::path& to) {
  fs::create_directory(to);
  // Of a whitened encoder, the one in it, too.
  const bool in_it = fs::exists(from / kBaseEncoderFolder / "manifest.json");
  copy_files(from, to, [&](const fs::path& name) { return in_it || !name.has_parent_path(); });
}

const DirectoryKind kModel = {"model"};

/// The spectra of a training, and what they are measured by.
struct TrainingSpectra {
  LabelledSpectra train;
  std::unique_ptr<Validation> validation;  ///< none: there is no such file
};

void count_validation(const Validation& validation, TrainReport& report) {
  report.validation_spectra = validation.spectra();
  report.truths_in_pools = validation.answerable();
}

/// @param dir of the model, which the encoder of the molecules is written into where it is not the
/// one that is given
/// @param encoder of the molecules, the one that is given: it becomes the model's, and outlives the
/// result
TrainingSpectra bridge_spectra(const TrainConfig& config, const SpectrumEncoderInfo& info,
                               const fs::path& dir, std::unique_ptr<MoleculeEncoder>& encoder,
                               TrainReport& report, const RunContext& context) {
  TrainingSpectra spectra;
  spectra.train =
      read_labelled({config.spectra, config.format}, info,
                    fits_fragments(config) ? FragmentPeaks::keep : FragmentPeaks::skip, context);
  if (config.settings.target != "raw") {
    encoder = seen_through(config.settings.target, *encoder, *config.molecule_encoder,
                           spectra.train.molecules, dir / kMoleculeEncoderFolder, context);
  }
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
  if (config.molecule_encoder && config.settings.target == "raw") {
    copy_artifact(*config.molecule_encoder, dir / kMoleculeEncoderFolder);
  }
  write_model_manifest(dir, config.settings, members, origin, context);
}

/// Trains the members of a model one after the other, but those that are trained already.
std::vector<TrainingResult> train_members(TrainingInput& input, const TrainConfig& config,
                                          KeptTraining& kept, Company& company, const fs::path& dir,
                                          const RunContext& context) {
  const std::size_t wanted = config.settings.members;
  std::vector<TrainingResult> results;
  for (std::size_t member = 1; member <= wanted; ++member) {
    if (const auto done = kept.member(member)) {
      results.push_back(*done);
      continue;
    }
    kept.begin_member(member);
    if (config.finish && !kept.has_states()) break;
    context.check_interrupt();
    if (wanted > 1) context.info(fmt::format("training member {} of {}", member, wanted));
    RunContext own = context;
    own.seed += member - 1;
    const fs::path folder = member_folder(dir, member);
    fs::create_directories(folder);
    if (!config.finish) company.begin(input, member);
    results.push_back(train_model(input, config.settings, config.precision, folder, own,
                                  keeping_in(kept, config)));
    if (member > 1) fs::remove(folder / kMeanTargetFile);  // of a bridge: it is that of the first
    if (results.back().interrupted) break;
    kept.keep_member(member, results.back(),
                     {folder / kTrainedFile, folder / kMetricsFile, folder / kMeanTargetFile});
  }
  return results;
}

/// The fragment score, unless it is fitted already.
std::optional<FragmentFit> fragments_for(const LabelledSpectra& spectra, const TrainConfig& config,
                                         KeptTraining& kept, const fs::path& dir,
                                         const RunContext& context) {
  if (!fits_fragments(config)) return {};
  if (!kept.fragments()) {
    kept.keep_fragments(fit_fragments(spectra, config.decoys, dir, context));
  }
  return kept.fragments();
}

/// What is known before spectra are read.
struct Announced {
  SpectrumEncoderInfo info;
  std::unique_ptr<MoleculeEncoder> encoder;  ///< nothing where similarity is learned
  TrainingData data;                         ///< to be completed by what is read
};

/// The training itself, each stage going on where the journal ends.
TrainReport train(const TrainConfig& config, Announced announced, JournalledDirectory& journal,
                  Company& company, const RunContext& context) {
  auto& [info, encoder, data] = announced;
  KeptTraining kept(journal, context);
  check_finish(config, kept, journal);
  const fs::path& dir = journal.output();
  TrainReport report;
  auto [train, validation] = encoder ? bridge_spectra(config, info, dir, encoder, report, context)
                                     : similarity_spectra(config, info, report, context);
  Matrix targets = targets_of(train, config.settings, encoder.get(), context);
  warn_of_skipped("training", train.skipped, report, context);
  report.molecules = data.molecules = train.molecules.size();
  report.spectra = data.spectra = train.examples.size();
  data.instruments = std::move(train.instruments);
  DecoyTable decoys;
  if (config.settings.decoy_weight > 0) {
    decoys = isomer_decoys(train, targets, config.settings, config.decoys, *encoder, context);
  }
  TrainingInput input =
      input_of(train, std::move(targets), std::move(decoys), validation.get(), config, context);
  // First, so that a user who ends the training has both.
  report.fragments = fragments_for(train, config, kept, dir, context);
  const auto members = train_members(input, config, kept, company, dir, context);
  report.training = members.front();
  report.further_members.assign(members.begin() + 1, members.end());
  complete_model(dir, config, members,
                 {encoder ? encoder->fingerprint() : std::string(), std::move(train.adducts),
                  std::move(data), report.fragments},
                 train.molecules, context);
  journal.commit();
  return report;
}

/// All of a training but the shares of other processes.
TrainReport lead(const TrainConfig& config, Company& company, const RunContext& context) {
  claim_directory(config.out, kModel, inputs_of(config), config.existing, context);
  Announced announced{describe_spectrum_encoder(config.spectrum_encoder), nullptr,
                      announced_data(config)};
  if (config.molecule_encoder) {
    announced.encoder = load_molecule_encoder(*config.molecule_encoder, context);
  }
  const Json artifacts = {
      {"spectrum encoder", announced.info.fingerprint},
      {"molecule encoder", announced.encoder ? announced.encoder->fingerprint() : std::string()}};
  JournalledDirectory journal(config.out, kModel, config.existing,
                              config.resume ? Begin::resume : Begin::anew,
                              task_of(config, announced.data, artifacts, context));
  return keeping_training(journal, config, [&] {
    return train(config, std::move(announced), journal, company, context);
  });
}

}  // namespace

TrainReport run_train(const TrainConfig& config, const RunContext& context) {
  check_training(config);
  if (config.settings.objective == TrainingObjective::generate) {
    return train_generation(config, context);
  }
  if (config.settings.objective == TrainingObjective::spec2vec) {
    return train_spec2vec(config, context);
  }
  if (config.settings.objective == TrainingObjective::masked_tokens) {
    return train_masked_encoder(config, context);
  }
  return together(config, context, lead);
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
  if (report.generation) json["decoder"] = to_json(*report.generation);
  if (report.words) json["words"] = to_json(*report.words);
  if (training.best && training.best->loss) {
    json["validation"] = {{"loss", *training.best->loss}};
  } else if (training.best) {
    json["validation"] = {{"recall",
                           {{"1", training.best->recall_at_1},
                            {"5", training.best->recall_at_5},
                            {"20", training.best->recall_at_20}}},
                          {"mrr", training.best->mrr}};
  }
  return pretty(json);
}

}  // namespace specbridge
