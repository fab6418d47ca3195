#pragma once

#include <filesystem>

#include "encode/whitening.h"
#include "specbridge/context.h"

namespace specbridge {

/// Where a whitened encoder's directory holds the encoder that it looks at.
inline constexpr const char* kBaseEncoderFolder = "encoder";

/// Writes a molecule encoder that is another one's vectors seen through a whitening: a directory
/// with a copy of that encoder in kBaseEncoderFolder. load_molecule_encoder() opens it.
/// @param base directory of the other encoder @param to is made
/// @throws ArtifactError, OutputError
void write_whitened_encoder(const std::filesystem::path& base, const Whitening& whitening,
                            const std::filesystem::path& to);

}  // namespace specbridge
