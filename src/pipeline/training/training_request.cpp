#include "pipeline/training/training_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/database_address.h"
#include "base/text.h"
#include "chem/standard_form.h"
#include "ms/input_files.h"
#include "nn/torch_runtime.h"
#include "specbridge/error.h"
#include "specbridge/version.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kCosine = "cosine", kFragments = "fragments";

bool has_kind(const TrainConfig& config, std::string_view kind) {
  return std::ranges::find(config.evidence, kind) != config.evidence.end();
}

/// What is for decoders alone, and what is for all others.
void check_generation_options(const TrainConfig& config) {
  const bool generates = config.settings.objective == TrainingObjective::generate;
  for (const auto& [given, option] : {std::pair{config.model.has_value(), "--model"},
                                      {config.decoder.has_value(), "--decoder"},
                                      {config.library.has_value(), "--library"}}) {
    if (given == generates) continue;
    throw UsageError(generates ? fmt::format("train: expected {} with --objective generate", option)
                               : fmt::format("train: {} is for --objective generate; leave it out "
                                             "here",
                                             option));
  }
  const bool needs_encoder = !generates && config.settings.objective != TrainingObjective::spec2vec;
  if (needs_encoder && config.spectrum_encoder.empty()) {
    throw UsageError("train: expected --spectrum-encoder");
  }
}

/// A decoder joins a model, which has encoders and evidence already.
void check_generation_config(const TrainConfig& config) {
  const auto refuse = [](bool given, std::string_view option) {
    if (!given) return;
    throw UsageError(fmt::format(
        "train: {} is not for --objective generate, which leaves the model as it is; leave it out",
        option));
  };
  refuse(!config.spectrum_encoder.empty(), "--spectrum-encoder");
  refuse(config.molecule_encoder.has_value(), "--molecule-encoder");
  refuse(config.validation_candidates.has_value(), "--validation-candidates");
  refuse(!config.decoys.empty(), "--decoys");
  refuse(!config.evidence.empty(), "--evidence");
  if (is_database_address(config.library->native())) {
    throw UsageError(
        "train: --library: a decoder reads a library directory; name the one that the database was "
        "exported from");
  }
}

void demand_one_process(const TrainConfig& config) {
  if (!config.ranks || config.ranks->count == 1) return;
  throw UsageError(
      fmt::format("train: --objective {} trains in one process; start it without torchrun",
                  to_string(config.settings.objective)));
}

/// Vectors of words need nothing but spectra, and one process that goes on to its end.
void check_spec2vec_config(const TrainConfig& config) {
  const auto refuse = [](bool given, std::string_view option, std::string_view why) {
    if (!given) return;
    throw UsageError(fmt::format(
        "train: {} is not for --objective spec2vec, which {}; leave it out", option, why));
  };
  constexpr std::string_view kNoEncoder = "makes its encoder of the spectra alone";
  constexpr std::string_view kNoLabels = "learns from spectra alone and chooses nothing";
  refuse(!config.spectrum_encoder.empty(), "--spectrum-encoder", kNoEncoder);
  refuse(config.molecule_encoder.has_value(), "--molecule-encoder", kNoEncoder);
  refuse(!config.validation.empty(), "--validation", kNoLabels);
  refuse(config.validation_candidates.has_value(), "--validation-candidates", kNoLabels);
  refuse(!config.decoys.empty(), "--decoys", kNoLabels);
  refuse(!config.evidence.empty(), "--evidence", kNoLabels);
  refuse(config.resume, "--resume", "takes minutes and begins anew");
  demand_one_process(config);
}

/// Hidden tokens need nothing but spectra and an encoder that reads them as text.
void check_masked_config(const TrainConfig& config) {
  const auto refuse = [](bool given, std::string_view option) {
    if (!given) return;
    throw UsageError(fmt::format(
        "train: {} is not for --objective masked-tokens, which learns from texts of spectra alone; "
        "leave it out",
        option));
  };
  refuse(config.molecule_encoder.has_value(), "--molecule-encoder");
  refuse(config.validation_candidates.has_value(), "--validation-candidates");
  refuse(!config.decoys.empty(), "--decoys");
  refuse(!config.evidence.empty(), "--evidence");
  refuse(config.overlap == Overlap::refuse, "--strict");
  demand_one_process(config);
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

/// Names and checksums of the files of a role.
Json files_of_role(const TrainingData& data, std::string_view role) {
  Json files = Json::array();
  for (const auto& file : data.files) {
    if (file.role == role) files.push_back({file.name, file.sha256});
  }
  return files;
}

}  // namespace

bool fits_fragments(const TrainConfig& config) {
  return config.evidence.empty() ? !config.decoys.empty() : has_kind(config, kFragments);
}

SpectraLabels labels_of(const TrainSettings& settings) {
  if (settings.labels != "shuffled") return SpectraLabels::stated;
  return settings.objective == TrainingObjective::spec2vec ? SpectraLabels::shuffled_words
                                                           : SpectraLabels::shuffled;
}

void check_training(const TrainConfig& config) {
  check_generation_options(config);
  if (config.settings.objective == TrainingObjective::generate) {
    return check_generation_config(config);
  }
  if (config.settings.objective == TrainingObjective::spec2vec) {
    return check_spec2vec_config(config);
  }
  if (config.settings.objective == TrainingObjective::masked_tokens) {
    return check_masked_config(config);
  }
  if (learns_similarity(config.settings)) return check_similarity_config(config);
  if (!config.molecule_encoder) {
    throw UsageError("train: expected --molecule-encoder (or --objective similarity or spec2vec)");
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

std::vector<fs::path> inputs_of(const TrainConfig& config) {
  auto inputs = config.spectra;
  inputs.insert(inputs.end(), config.validation.begin(), config.validation.end());
  if (config.validation_candidates) inputs.push_back(*config.validation_candidates);
  inputs.insert(inputs.end(), config.decoys.begin(), config.decoys.end());
  if (!config.spectrum_encoder.empty()) inputs.push_back(config.spectrum_encoder);
  for (const auto& input :
       {config.molecule_encoder, config.model, config.decoder, config.library}) {
    if (input) inputs.push_back(*input);
  }
  return inputs;
}

TrainingData announced_data(const TrainConfig& config) {
  constexpr std::size_t kMostText = 2000;
  TrainingData data;
  data.description = one_line(trim(config.description), kMostText);
  data.licence = one_line(trim(config.data_licence), kMostText);
  data.origin = config.origin;
  data.labels = labels_of(config.settings);
  // What is passed over in folders is said when they are read.
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

Json task_of(const TrainConfig& config, const TrainingData& data, const Json& artifacts,
             const RunContext& context) {
  Json task = {{"verb", "train"},
               {"standard form", kStandardForm},
               {"program", program_version()},
               {"--spectra", files_of_role(data, "spectra")},
               {"--validation", files_of_role(data, "validation")},
               {"--validation-candidates", files_of_role(data, "validation_candidates")},
               {"--decoys", files_of_role(data, "decoys")},
               {"--in-format", config.format ? Json(static_cast<int>(*config.format)) : Json()},
               {"--evidence", config.evidence},
               {"--precision", config.precision == Precision::bfloat16 ? "bfloat16" : "float32"},
               {"--seed", context.seed},
               {"--threads", context.threads},
               {"--device", resolve_device(context.device).str()},
               {"objective", to_string(config.settings.objective)}};
  task.update(artifacts);
  if (config.ranks) task["processes"] = config.ranks->count;
  task.update(Json::parse(to_json(config.settings)));  // each under its own name
  return task;
}

}  // namespace specbridge
