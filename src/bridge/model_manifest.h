#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "bridge/training_data.h"
#include "ms/preprocess.h"
#include "specbridge/bridge_shape.h"
#include "specbridge/calibration.h"
#include "specbridge/fragment_fit.h"
#include "specbridge/generation_fit.h"
#include "specbridge/training_objective.h"
#include "store/manifest.h"

namespace specbridge {

/// What a model directory states about itself.
struct ModelInfo {
  TrainingObjective objective = TrainingObjective::bridge;
  /// Numbers of a vector; with vectors of words all up to `profile` is left as it is here.
  std::size_t dim = 0;
  BridgeShape shape;
  std::size_t encoder_dim = 0;
  std::size_t members = 1;         ///< trainings whose vectors are averaged
  std::size_t trained_blocks = 0;  ///< of the encoder; one more than it has: all of its weights
  PreprocessProfile profile;
  std::string molecule_encoder_fingerprint;  ///< empty where spectra alone are known
  std::string fingerprint;  ///< SHA-256 over trained weights, encoder, shape and profile
  /// Training spectra by adduct (canonical name); empty: the model does not say.
  std::map<std::string, std::size_t> trained_adducts;
  TrainingData data;                             ///< what it was trained on
  std::optional<FragmentFit> fragments;          ///< nothing: it has no fragment score
  std::optional<Calibration> calibration;        ///< nothing: nobody has weighed its evidence
  std::optional<GenerationFit> generation = {};  ///< of kDecoderFolder; nothing: it has no decoder
};

/// Checksums of what was trained.
struct TrainedSums {
  std::vector<std::string> trained;  ///< SHA-256 of kTrainedFile of each member
  std::string fragments;             ///< of kFragmentsFile; empty: there is none
};

/// As a manifest lists them.
TrainedSums trained_sums(const Manifest& manifest, const ModelInfo& info);

/// The fingerprint that belongs to a model: over what was trained and all that shapes its vectors.
std::string model_fingerprint(const std::filesystem::path& dir, const ModelInfo& info,
                              const TrainedSums& sums);

/// What a manifest says of the fragment score.
Json to_json(const FragmentFit& fit);
Json to_json(const Calibration& calibration);
/// And of the decoder.
Json to_json(const GenerationFit& fit);

/// Writes the manifest of a copy of a model whose evidence was weighed. @param from the model
/// @param to holds the same files
void write_calibrated_manifest(const std::filesystem::path& from, const std::filesystem::path& to,
                               const Calibration& calibration, const std::string& command_line);

/// Writes the manifest of a copy of a model that has gained a decoder, in kDecoderFolder.
/// @param about what else is told of the decoder: an object
void write_generating_manifest(const std::filesystem::path& from, const std::filesystem::path& to,
                               const GenerationFit& fit, const Json& about);

/// Writes the manifest of a packed copy of a model. @param info what it is now
void write_packed_manifest(const std::filesystem::path& from, const std::filesystem::path& to,
                           const ModelInfo& info, const std::string& command_line);

/// The manifest of a model directory that holds everything else, as far as a model goes; `info` has
/// its fingerprint worked out here. What it was trained on is for the trainer to add.
/// @throws ArtifactError when a part is missing
Manifest make_model_manifest(const std::filesystem::path& dir, const ModelInfo& info);

/// Reads the manifest; sizes of files are checked, their content is not.
/// @throws ArtifactError
ModelInfo describe_model(const std::filesystem::path& dir);

/// Refuses a model that knows spectra alone where molecules are to be searched or embedded.
/// @throws ArtifactError
void demand_molecules(const ModelInfo& info, const std::filesystem::path& dir);

}  // namespace specbridge
