#include "bridge/model_manifest.h"

#include <fmt/format.h>

#include <cmath>

#include "base/json.h"
#include "base/text.h"
#include "bridge/model_files.h"
#include "chem/standard_form.h"
#include "encode/spectrum_encoder.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "store/manifest.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

Json to_json(const BridgeShape& shape) {
  return {{"head_hidden", shape.head_hidden},
          {"head_out", shape.head_out},
          {"mapper_blocks", shape.mapper_blocks},
          {"mapper_hidden", shape.mapper_hidden}};
}

Json to_json(const PreprocessProfile& profile) {
  Json json = {{"name", profile.name},
               {"max_peaks", profile.max_peaks},
               {"precursor_intensity", profile.precursor_intensity}};
  // What is off is not written: models keep the fingerprint they have always had.
  if (profile.noise_floor > 0) json["noise_floor"] = profile.noise_floor;
  if (std::isfinite(profile.max_above_precursor)) {
    json["max_above_precursor"] = profile.max_above_precursor;
  }
  if (profile.merge_equal_mz) json["merge_equal_mz"] = true;
  return json;
}

/// Strict reading of the manifest's own objects; a wrong one makes the model unreadable, not the
/// command line wrong.
template <typename Read>
void read_object(const Manifest& manifest, const std::string& key, Read&& read) {
  const Json& json = manifest.field(key);
  try {
    JsonFields fields(json,
                      fmt::format("{}: {}", (manifest.dir() / "manifest.json").string(), key));
    read(fields);
    fields.finish();
  } catch (const UsageError& error) {
    throw ArtifactError(error.what());
  }
}

/// Nothing where the model does not say.
std::map<std::string, std::size_t> trained_adducts(const Manifest& manifest) {
  try {
    const Json training = manifest.json().value("training", Json::object());
    return training.value("adducts", std::map<std::string, std::size_t>());
  } catch (const Json::exception& error) {
    throw ArtifactError(fmt::format("{}: \"training.adducts\" is no object of counts ({})",
                                    (manifest.dir() / "manifest.json").string(), error.what()));
  }
}

/// Models of bridges do not say it.
TrainingObjective objective_of(const Manifest& manifest) {
  if (!manifest.json().contains("objective")) return TrainingObjective::bridge;
  const std::string word = manifest.text("objective");
  const auto objective = parse_objective(word);
  // A decoder is beside a model, which stays what it was.
  const bool is_of_models =
      objective != TrainingObjective::generate && objective != TrainingObjective::masked_tokens;
  if (objective && is_of_models) return *objective;
  throw ArtifactError(
      fmt::format("{}: \"objective\" is \"{}\", expected bridge, similarity or spec2vec; a newer "
                  "program may have written it",
                  (manifest.dir() / "manifest.json").string(), one_line(word, 60)));
}

std::size_t members_of(const Manifest& manifest) {
  constexpr std::size_t kMost = 1000;
  const std::size_t members = manifest.number("members");
  if (members >= 1 && members <= kMost) return members;
  throw ArtifactError(fmt::format("{}: \"members\" is {}, expected a number from 1 to {}",
                                  (manifest.dir() / "manifest.json").string(), members, kMost));
}

FragmentFit fragment_fit(const Manifest& manifest) {
  FragmentFit fit;
  read_object(manifest, "fragments", [&](JsonFields& fields) {
    fields.read("molecules", fit.molecules);
    fields.read("spectra", fit.spectra);
    fields.read("listed_decoys", fit.listed_decoys);
    fields.read("made_decoys", fit.made_decoys);
    fields.read("mrr_before", fit.mrr_before);
    fields.read("mrr", fit.mrr);
  });
  return fit;
}

void read_probability(const Json& json, Calibration& calibration) {
  json.at("weights").get_to(calibration.first_answer);
  json.at("absent").get_to(calibration.absent);
  calibration.made_isomers = json.value("made_isomers", std::size_t{0});
  json.at("candidates").at(0).get_to(calibration.fewest_candidates);
  json.at("candidates").at(1).get_to(calibration.most_candidates);
  ProbabilityFigures figures;
  if (json.contains("present")) {
    json["present"].at("weights").get_to(calibration.truth_present);
    figures.present_error = json["present"].at("expected_error").get<double>();
  }
  json.at("answers").get_to(figures.answers);
  json.at("expected_error").get_to(figures.expected_error);
  json.at("auroc_absent").get_to(figures.absent_by_probability);
  json.at("auroc_absent_by_margin").get_to(figures.absent_by_margin);
  calibration.probability = figures;
}

Calibration calibration_of(const Manifest& manifest) {
  Calibration calibration;
  try {
    const Json& json = manifest.field("calibration");
    json.at("weights").get_to(calibration.weights);
    json.at("spectra").get_to(calibration.spectra);
    json.at("molecules").get_to(calibration.molecules);
    json.at("mrr").get_to(calibration.mrr);
    if (json.contains("probability")) read_probability(json.at("probability"), calibration);
  } catch (const Json::exception& error) {
    throw ArtifactError(fmt::format("{}: \"calibration\" is not what calibrate writes ({})",
                                    (manifest.dir() / "manifest.json").string(), error.what()));
  }
  return calibration;
}

GenerationFit generation_fit(const Manifest& manifest) {
  GenerationFit fit;
  try {
    const Json& json = manifest.field("decoder");
    json.at("fingerprint").get_to(fit.decoder);
    json.at("candidates").get_to(fit.candidates);
    json.at("language_molecules").get_to(fit.language_molecules);
    json.at("molecules").get_to(fit.molecules);
    json.at("spectra").get_to(fit.spectra);
    json.at("candidate_molecules").get_to(fit.candidate_molecules);
    json.at("steps").get_to(fit.steps);
    json.at("best_step").get_to(fit.best_step);
    json.at("final_loss").get_to(fit.final_loss);
    if (json.contains("validation_loss"))
      fit.validation_loss = json["validation_loss"].get<double>();
  } catch (const Json::exception& error) {
    throw ArtifactError(
        fmt::format("{}: \"decoder\" is not what train --objective generate writes ({})",
                    (manifest.dir() / "manifest.json").string(), error.what()));
  }
  return fit;
}

/// Whether something lies between the encoder's vectors and the model's.
bool has_projection(const ModelInfo& info) {
  return info.objective != TrainingObjective::spec2vec;
}

/// Of the files of a model that has no manifest yet.
TrainedSums sums_of_files(const fs::path& dir, const ModelInfo& info) {
  TrainedSums sums;
  if (!has_projection(info)) return sums;
  for (std::size_t member = 1; member <= info.members; ++member) {
    sums.trained.push_back(sha256_of_file(member_folder(dir, member) / kTrainedFile));
  }
  if (info.fragments) sums.fragments = sha256_of_file(dir / kFragmentsFile);
  return sums;
}

}  // namespace

TrainedSums trained_sums(const Manifest& manifest, const ModelInfo& info) {
  TrainedSums sums;
  if (!has_projection(info)) return sums;
  for (std::size_t member = 1; member <= info.members; ++member) {
    sums.trained.push_back(
        manifest.listed_sha256((member_folder({}, member) / kTrainedFile).generic_string()));
  }
  if (info.fragments) sums.fragments = manifest.listed_sha256(kFragmentsFile);
  return sums;
}

std::string model_fingerprint(const fs::path& dir, const ModelInfo& info, const TrainedSums& sums) {
  const std::string encoder =
      Manifest::open(dir / kSpectrumEncoderFolder, "spectrum-encoder").text("fingerprint");
  if (!has_projection(info)) {
    const Json content = {{"spectrum_encoder", encoder}, {"objective", to_string(info.objective)}};
    return sha256(content.dump());
  }
  Json content = {{"trained", sums.trained.front()},
                  {"spectrum_encoder", encoder},
                  {"molecule_encoder", info.molecule_encoder_fingerprint},
                  {"shape", to_json(info.shape)},
                  {"profile", to_json(info.profile)},
                  {"trained_blocks", info.trained_blocks}};
  if (info.objective != TrainingObjective::bridge) content["objective"] = to_string(info.objective);
  if (sums.trained.size() > 1) {
    content["members"] = std::vector(sums.trained.begin() + 1, sums.trained.end());
  }
  if (!sums.fragments.empty()) content["fragments"] = sums.fragments;
  if (info.generation) content["decoder"] = info.generation->decoder;
  if (info.calibration) {
    content["calibration"] = info.calibration->weights;
    if (info.calibration->probability) content["first_answer"] = info.calibration->first_answer;
    if (!info.calibration->truth_present.empty()) {
      content["truth_present"] = info.calibration->truth_present;
    }
    if (info.calibration->made_isomers > 0) {
      content["made_isomers"] = info.calibration->made_isomers;
    }
  }
  return sha256(content.dump());
}

Json to_json(const Calibration& calibration) {
  Json json = {{"weights", calibration.weights},
               {"spectra", calibration.spectra},
               {"molecules", calibration.molecules},
               {"mrr", calibration.mrr}};
  if (const auto& figures = calibration.probability) {
    json["probability"] = {
        {"weights", calibration.first_answer},
        {"absent", calibration.absent},
        {"candidates", {calibration.fewest_candidates, calibration.most_candidates}},
        {"answers", figures->answers},
        {"expected_error", figures->expected_error},
        {"auroc_absent", figures->absent_by_probability},
        {"auroc_absent_by_margin", figures->absent_by_margin}};
    if (figures->present_error) {
      json["probability"]["present"] = {{"weights", calibration.truth_present},
                                        {"expected_error", *figures->present_error}};
    }
    if (calibration.made_isomers > 0) {
      json["probability"]["made_isomers"] = calibration.made_isomers;
    }
  }
  return json;
}

Json to_json(const FragmentFit& fit) {
  return {{"molecules", fit.molecules},         {"spectra", fit.spectra},
          {"listed_decoys", fit.listed_decoys}, {"made_decoys", fit.made_decoys},
          {"mrr_before", fit.mrr_before},       {"mrr", fit.mrr}};
}

Json to_json(const GenerationFit& fit) {
  Json json = {{"fingerprint", fit.decoder},
               {"candidates", fit.candidates},
               {"language_molecules", fit.language_molecules},
               {"molecules", fit.molecules},
               {"spectra", fit.spectra},
               {"candidate_molecules", fit.candidate_molecules},
               {"steps", fit.steps},
               {"best_step", fit.best_step},
               {"final_loss", fit.final_loss}};
  if (fit.validation_loss) json["validation_loss"] = *fit.validation_loss;
  return json;
}

Manifest make_model_manifest(const fs::path& dir, const ModelInfo& info) {
  Manifest manifest = Manifest::make("model");
  Json& json = manifest.json();
  state_standard_form(manifest);
  json["dim"] = info.dim;
  if (has_projection(info)) {
    json["shape"] = to_json(info.shape);
    json["encoder_dim"] = info.encoder_dim;
    json["trained_blocks"] = info.trained_blocks;
    json["profile"] = to_json(info.profile);
  }
  if (info.objective == TrainingObjective::bridge) {
    json["molecule_encoder_fingerprint"] = info.molecule_encoder_fingerprint;
  } else {
    json["objective"] = to_string(info.objective);
  }
  if (info.members > 1) json["members"] = info.members;
  if (info.fragments) json["fragments"] = to_json(*info.fragments);
  json["fingerprint"] = model_fingerprint(dir, info, sums_of_files(dir, info));
  return manifest;
}

namespace {

/// What a model says of its network, and of what lies behind it.
void read_network(const Manifest& manifest, ModelInfo& info) {
  read_object(manifest, "shape", [&](JsonFields& fields) {
    fields.read("head_hidden", info.shape.head_hidden);
    fields.read("head_out", info.shape.head_out);
    fields.read("mapper_blocks", info.shape.mapper_blocks);
    fields.read("mapper_hidden", info.shape.mapper_hidden);
  });
  read_object(manifest, "profile", [&](JsonFields& fields) {
    fields.read("name", info.profile.name);
    fields.read("max_peaks", info.profile.max_peaks);
    fields.read("precursor_intensity", info.profile.precursor_intensity);
    fields.read("noise_floor", info.profile.noise_floor);
    fields.read("max_above_precursor", info.profile.max_above_precursor);
    fields.read("merge_equal_mz", info.profile.merge_equal_mz);
  });
  info.encoder_dim = manifest.number("encoder_dim");
  info.trained_blocks = manifest.number("trained_blocks");
  if (manifest.json().contains("members")) info.members = members_of(manifest);
}

}  // namespace

ModelInfo describe_model(const fs::path& dir) {
  const Manifest manifest = Manifest::open(dir, "model");
  check_standard_form(manifest, "specbridge train");
  ModelInfo info;
  info.objective = objective_of(manifest);
  info.dim = manifest.number("dim");
  if (has_projection(info)) read_network(manifest, info);
  if (info.objective == TrainingObjective::bridge) {
    info.molecule_encoder_fingerprint = manifest.text("molecule_encoder_fingerprint");
  }
  info.fingerprint = manifest.text("fingerprint");
  info.trained_adducts = trained_adducts(manifest);
  info.data = training_data_of(manifest);
  if (manifest.json().contains("fragments")) info.fragments = fragment_fit(manifest);
  if (manifest.json().contains("calibration")) info.calibration = calibration_of(manifest);
  if (info.calibration && info.calibration->made_isomers > 0 && !info.fragments) {
    throw ArtifactError(
        fmt::format("{}: \"made_isomers\" is {}, expected none of a model without a fragment score",
                    (dir / "manifest.json").string(), info.calibration->made_isomers));
  }
  if (manifest.json().contains("decoder")) info.generation = generation_fit(manifest);
  return info;
}

void demand_molecules(const ModelInfo& info, const fs::path& dir) {
  if (info.objective == TrainingObjective::bridge) return;
  throw ArtifactError(
      fmt::format("{}: was trained with --objective {} and knows spectra alone, no molecules; "
                  "expected a model that specbridge train made without it",
                  dir.string(), to_string(info.objective)));
}

void write_calibrated_manifest(const fs::path& from, const fs::path& to,
                               const Calibration& calibration, const std::string& command_line) {
  ModelInfo info = describe_model(from);
  info.calibration = calibration;
  Manifest manifest = Manifest::open(from, "model");
  Json& json = manifest.json();
  json["calibration"] = to_json(calibration);
  json["calibration"]["command_line"] = command_line;
  json["fingerprint"] = model_fingerprint(from, info, trained_sums(manifest, info));
  manifest.write(to);
}

void write_generating_manifest(const fs::path& from, const fs::path& to, const GenerationFit& fit,
                               const Json& about) {
  ModelInfo info = describe_model(from);
  info.generation = fit;
  Manifest manifest = Manifest::open(from, "model");
  const TrainedSums sums = trained_sums(manifest, info);
  Json& json = manifest.json();
  json["decoder"] = to_json(fit);
  json["decoder"].update(about);
  json["fingerprint"] = model_fingerprint(from, info, sums);
  manifest.write(to);
}

void write_packed_manifest(const fs::path& from, const fs::path& to, const ModelInfo& info,
                           const std::string& command_line) {
  Manifest manifest = Manifest::open(from, "model");
  Json& json = manifest.json();
  json["trained_blocks"] = info.trained_blocks;
  json["packed"] = {{"from", info.fingerprint}, {"command_line", command_line}};
  json["fingerprint"] = model_fingerprint(to, info, sums_of_files(to, info));
  manifest.write(to);
}

}  // namespace specbridge
