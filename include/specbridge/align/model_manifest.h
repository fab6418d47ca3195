#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

#include "specbridge/align/settings.h"
#include "specbridge/align/trainer.h"
#include "specbridge/base/context.h"
#include "specbridge/ms/preprocess.h"

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
};

/// What a model came from.
struct ModelOrigin {
  std::string molecule_encoder_fingerprint;
  std::map<std::string, std::size_t> trained_adducts;  ///< training spectra by adduct
};

/// Completes a model directory that holds everything else: the files of train_bridge, config.json,
/// spectrum-encoder/ and molecule-encoder/. Lists every file with its SHA-256.
/// @throws ArtifactError when a part is missing, OutputError
void write_model_manifest(const std::filesystem::path& dir, const TrainSettings& settings,
                          const TrainingResult& result, const ModelOrigin& origin,
                          const RunContext& context);

/// Reads the manifest; sizes of files are checked, their content is not.
/// @throws ArtifactError
ModelInfo describe_model(const std::filesystem::path& dir);

}  // namespace specbridge
