#pragma once

#include <filesystem>
#include <optional>

#include "bridge/bridge.h"
#include "library/library.h"

namespace specbridge {

/// Opens a library and refuses it unless it lies in the vector space the model was trained for.
/// @throws ArtifactError
std::optional<Library> open_fitting_library(const std::optional<std::filesystem::path>& dir,
                                            const Bridge& bridge,
                                            const std::filesystem::path& model);

}  // namespace specbridge
