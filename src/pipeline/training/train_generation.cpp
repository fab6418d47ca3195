#include "pipeline/training/train_generation.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "bridge/bridge.h"
#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "decode/decoder.h"
#include "encode/spectrum_encoder.h"
#include "pipeline/training/checked_spectra.h"
#include "pipeline/training/keeping_training.h"
#include "pipeline/training/kept_training.h"
#include "pipeline/training/labelled_spectra.h"
#include "pipeline/training/together.h"
#include "pipeline/training/told_spectra.h"
#include "pipeline/training/training_request.h"
#include "search/matching_library.h"
#include "specbridge/error.h"
#include "store/manifest.h"
#include "store/staging.h"
#include "train/batch_plan.h"
#include "train/trainer.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

const DirectoryKind kModelKind = {"model"};

/// What a decoder's training begins with.
struct Beginning {
  Bridge model;
  Decoder decoder;
  std::shared_ptr<const MoleculeLibrary> library;
};

Beginning open_all(const TrainConfig& config, const RunContext& context) {
  demand_molecules(describe_model(*config.model), *config.model);
  Bridge model = Bridge::load(*config.model, context);
  Decoder decoder = Decoder::load(*config.decoder, context);
  if (decoder.molecule_dim() != model.dim()) {
    throw ArtifactError(fmt::format(
        "{}: is told vectors of {} numbers, but {} makes {}; export a decoder with --molecule-dim "
        "{}",
        config.decoder->string(), decoder.molecule_dim(), config.model->string(), model.dim(),
        model.dim()));
  }
  auto library = open_matching_library(std::vector{*config.library}, model, *config.model);
  return {std::move(model), std::move(decoder), std::move(library)};
}

/// The molecules that the decoder learns spellings from.
std::vector<std::string> language_of(const TrainConfig& config, const Beginning& from,
                                     const Writable& writable, const RunContext& context) {
  if (config.settings.generation.language_epochs == 0) return {};
  LibraryTexts texts =
      texts_of(*from.library, writable, config.settings.generation.language_molecules, context);
  if (texts.unwritable > 0) {
    context.warning(fmt::format(
        "{} of the library cannot be written by the decoder: a word of the SMILES is missing, or "
        "there are more than {}",
        counted(texts.unwritable, "molecule"), writable.most_tokens));
  }
  if (texts.smiles.empty()) {
    throw InputError({config.library->string(), 0},
                     "has no molecule that the decoder can write; export a decoder with the words "
                     "of this library");
  }
  return std::move(texts.smiles);
}

/// What was read, and of what.
struct ReadTraining {
  TextTraining input;
  LabelledSpectra train;
  std::size_t candidates = 0;  ///< training molecules in the library
};

ReadTraining read_training(const TrainConfig& config, const Beginning& from, TrainReport& report,
                           const RunContext& context) {
  const auto& settings = config.settings;
  const auto info = describe_spectrum_encoder(*config.model / kSpectrumEncoderFolder);
  const Writable writable{&from.decoder.vocabulary(), from.decoder.most_tokens()};
  ReadTraining read;
  read.input.decoder = *config.decoder;
  read.train = read_labelled({config.spectra, config.format}, info, FragmentPeaks::skip, context);
  read.input.language = language_of(config, from, writable, context);
  CandidateMolecules candidates = candidates_among(*from.library, read.train.molecules);
  read.candidates = candidates.structures.size();
  if (read.candidates == 0 && settings.generation.candidates > 0) {
    context.warning(
        "no training molecule is in the library: the decoder is trained without candidates");
  }
  const auto told = [&](LabelledSpectra& labelled) {
    return told_spectra(labelled, from.model, candidates, writable, settings.generation, context);
  };
  read.input.spectra = told(read.train);
  warn_of_skipped("training", read.train.skipped, report, context);
  if (read.input.spectra.empty()) {
    throw InputError({config.spectra.front().string(), 0},
                     "has no molecule that the decoder can write; export a decoder with its words");
  }
  if (settings.molecule_weight_power > 0) {
    read.input.weights = sampling_weights(read.train.examples, settings.molecule_weight_power);
  }
  if (!config.validation.empty()) {
    LabelledSpectra validation = read_validation(config, info, read.train, report, context);
    read.input.validation = told(validation);
    report.validation_spectra = read.input.validation.size();
  }
  read.input.candidates = std::move(candidates.vectors);
  report.spectra = read.input.spectra.size();
  report.molecules = read.train.molecules.size();
  return read;
}

TrainingResult train_kept(TextTraining& input, const TrainConfig& config, KeptTraining& kept,
                          Company& company, const fs::path& dir, const RunContext& context) {
  return train_folder(kept, config, dir, [&] {
    if (!config.finish) company.begin(input, 1);
    return train_decoder(input, config.settings, config.precision, dir, context,
                         keeping_in(kept, config));
  });
}

/// Those of the model, and those that its decoder has seen the spectra of.
void write_all_training_molecules(const fs::path& dir, const fs::path& model,
                                  const std::vector<Molecule>& molecules,
                                  const RunContext& context) {
  auto known = fingerprints_of(molecules, context);
  const auto keys = read_training_molecules(model);
  std::vector<std::string> ordered(keys.begin(), keys.end());
  std::ranges::sort(ordered);
  auto fingerprints = read_training_fingerprints(model);
  for (std::size_t i = 0; i < std::min(ordered.size(), fingerprints.size()); ++i) {
    known.insert_or_assign(ordered[i], std::move(fingerprints[i]));
  }
  write_training_molecules(dir, known);
}

GenerationFit fit_of(const TrainConfig& config, const ReadTraining& read,
                     const TrainingResult& result) {
  GenerationFit fit;
  fit.candidates = config.settings.generation.candidates;
  fit.language_molecules = read.input.language.size();
  fit.molecules = read.train.molecules.size();
  fit.spectra = read.input.spectra.size();
  fit.candidate_molecules = read.candidates;
  fit.steps = result.steps;
  fit.best_step = result.best_step;
  fit.final_loss = result.final_loss;
  if (result.best) fit.validation_loss = result.best->loss;
  return fit;
}

TrainReport train_all(const TrainConfig& config, const Beginning& from, TrainingData data,
                      JournalledDirectory& journal, Company& company, const RunContext& context) {
  KeptTraining kept(journal, context);
  check_finish(config, kept, journal);
  const fs::path &dir = journal.output(), decoder = dir / kDecoderFolder;
  TrainReport report;
  ReadTraining read = read_training(config, from, report, context);
  report.training = train_kept(read.input, config, kept, company, decoder, context);
  data.spectra = report.spectra;
  data.molecules = report.molecules;
  data.instruments = read.train.instruments;
  GenerationFit fit = fit_of(config, read, report.training);
  fit.decoder = Manifest::open(decoder, "decoder").text("fingerprint");
  copy_files(*config.model, dir, [](const fs::path& name) {
    return name != "manifest.json" && *name.begin() != kDecoderFolder;
  });
  write_all_training_molecules(dir, *config.model, read.train.molecules, context);
  write_generating_manifest(*config.model, dir, fit,
                            {{"seed", context.seed},
                             {"interrupted", report.training.interrupted},
                             {"library", from.library->fingerprint()},
                             {"data", to_json(data)},
                             {"command_line", context.command_line}});
  report.generation = fit;
  journal.commit();
  return report;
}

TrainReport lead_generation(const TrainConfig& config, Company& company,
                            const RunContext& context) {
  claim_directory(config.out, kModelKind, inputs_of(config), config.existing, context);
  TrainingData data = announced_data(config);
  const Beginning from = open_all(config, context);
  const Json artifacts = {{"model", from.model.fingerprint()},
                          {"decoder", from.decoder.fingerprint()},
                          {"library", from.library->fingerprint()}};
  JournalledDirectory journal(config.out, kModelKind, config.existing,
                              config.resume ? Begin::resume : Begin::anew,
                              task_of(config, data, artifacts, context));
  return keeping_training(journal, config, [&] {
    return train_all(config, from, std::move(data), journal, company, context);
  });
}

}  // namespace

TrainReport train_generation(const TrainConfig& config, const RunContext& context) {
  return together(config, context, lead_generation);
}

}  // namespace specbridge
