#pragma once

#include <cstddef>
#include <string_view>

#include "store/manifest.h"

namespace specbridge {

/// Counts up when standardize() gives another result for a text that it gave one for. Artifacts
/// whose content hangs on spellings state it in their manifest as "standard_form". 1: as RDKit's
/// Uncharger leaves it. 2: salts' bonds cut, one way to write charges.
constexpr std::size_t kStandardForm = 2;

/// Writes the version into the manifest of an artifact that is being made.
void state_standard_form(Manifest& manifest);

/// Refuses an artifact made with another standard form, or before it was stated.
/// @param rebuild what to do, as a command: "specbridge index"
/// @throws ArtifactError
void check_standard_form(const Manifest& manifest, std::string_view rebuild);

}  // namespace specbridge
