#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "bridge/bridge.h"
#include "library/molecule_library.h"

namespace specbridge {

/// Opens a library as it is, whatever vectors it has.
/// @param places of libraries that are taken as one, or one address of a database
/// @throws ArtifactError, UsageError for a database among others
std::shared_ptr<const MoleculeLibrary> open_molecule_library(
    std::span<const std::filesystem::path> places);

/// Opens a library and refuses it unless it lies in the vector space the model was trained for.
/// @param dirs of libraries that are searched as one, or one address of a database
/// @param where the model is, for messages @throws ArtifactError
std::shared_ptr<const MoleculeLibrary> open_matching_library(
    std::span<const std::filesystem::path> dirs, const Bridge& model,
    const std::filesystem::path& where);

}  // namespace specbridge
