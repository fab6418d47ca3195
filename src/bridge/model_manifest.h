#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

#include "bridge/training_data.h"
#include "ms/preprocess.h"
#include "specbridge/bridge_shape.h"
#include "store/manifest.h"

namespace specbridge {

/// What a model directory states about itself.
struct ModelInfo {
  BridgeShape shape;
  std::size_t dim = 0, encoder_dim = 0;
  std::size_t trained_blocks = 0;  ///< of the encoder; one more than it has: all of its weights
  PreprocessProfile profile;
  std::string molecule_encoder_fingerprint;
  std::string fingerprint;  ///< SHA-256 over trained weights, encoder, shape and profile
  /// Training spectra by adduct (canonical name); empty: the model does not say.
  std::map<std::string, std::size_t> trained_adducts;
  TrainingData data;  ///< what it was trained on
};

/// The fingerprint that belongs to a model: over its trained weights and all that shapes its
/// vectors. @param trained_sha256 of kTrainedFile
std::string model_fingerprint(const std::filesystem::path& dir, const ModelInfo& info,
                              const std::string& trained_sha256);

/// The manifest of a model directory that holds everything else, as far as a model goes; `info` has
/// its fingerprint worked out here. What it was trained on is for the trainer to add.
/// @throws ArtifactError when a part is missing
Manifest make_model_manifest(const std::filesystem::path& dir, const ModelInfo& info);

/// Reads the manifest; sizes of files are checked, their content is not.
/// @throws ArtifactError
ModelInfo describe_model(const std::filesystem::path& dir);

}  // namespace specbridge
