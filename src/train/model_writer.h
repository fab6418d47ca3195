#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "bridge/model_manifest.h"
#include "bridge/training_data.h"
#include "specbridge/context.h"
#include "specbridge/train_settings.h"
#include "specbridge/training_result.h"

namespace specbridge {

/// What a model came from.
struct ModelOrigin {
  std::string molecule_encoder_fingerprint;            ///< empty where similarity was learned
  std::map<std::string, std::size_t> trained_adducts;  ///< training spectra by adduct
  TrainingData data = {};
  std::optional<FragmentFit> fragments = {};  ///< of kFragmentsFile; nothing: there is none
};

/// Completes a model directory that holds everything else: the files of train_model (of each
/// member in its member_folder()), config.json, spectrum-encoder/ and, of a bridge,
/// molecule-encoder/. Lists every file with its SHA-256.
/// @throws ArtifactError when a part is missing, OutputError
void write_model_manifest(const std::filesystem::path& dir, const TrainSettings& settings,
                          std::span<const TrainingResult> members, const ModelOrigin& origin,
                          const RunContext& context);

}  // namespace specbridge
