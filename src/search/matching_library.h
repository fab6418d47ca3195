#pragma once

#include <filesystem>

#include "bridge/bridge.h"
#include "library/library.h"

namespace specbridge {

/// Opens a library and refuses it unless it lies in the vector space the model was trained for.
/// @param where the model is, for messages @throws ArtifactError
Library open_matching_library(const std::filesystem::path& dir, const Bridge& model,
                              const std::filesystem::path& where);

}  // namespace specbridge
