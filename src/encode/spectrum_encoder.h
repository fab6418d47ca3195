#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "ms/preprocess.h"

namespace specbridge {

/// What a spectrum-encoder directory states about itself, without loading the network.
struct SpectrumEncoderInfo {
  std::string architecture, fingerprint;
  std::size_t dim = 0;
  std::size_t blocks = 0;
  PreprocessProfile profile;
};

/// @throws ArtifactError
SpectrumEncoderInfo describe_spectrum_encoder(const std::filesystem::path& dir);

}  // namespace specbridge
