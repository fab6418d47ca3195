#pragma once

#include <c10/core/Device.h>

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "bridge/model_manifest.h"
#include "encode/trainable_encoder.h"
#include "store/manifest.h"
#include "store/safetensors.h"

namespace specbridge {

/// What one training made: the encoder with its trained weights, and all trained tensors by name.
struct TrainedMember {
  std::unique_ptr<TrainableEncoder> encoder;
  std::map<std::string, NamedTensor> tensors;
};

/// Refuses a model whose weights, encoder and manifest do not belong together. @throws
/// ArtifactError
void check_fingerprint(const ModelInfo& info, const std::filesystem::path& dir,
                       const Manifest& manifest);

/// Loads a member of a model, with the first of them the proof that weights, encoder and manifest
/// of the model belong together. @param number of the member, from 1 up
/// @throws ArtifactError, ResourceError
TrainedMember load_member(const std::filesystem::path& dir, std::size_t number,
                          const ModelInfo& info, const Manifest& manifest,
                          const c10::Device& device);

}  // namespace specbridge
