#pragma once

#include <filesystem>
#include <string>

namespace specbridge {

/// Writes a model that takes less room and gives nearly the same answers: what was trained is
/// rounded to bfloat16. A model of one member has its trained encoder in place of the one that
/// training started from, and no trained part of it beside; several members share the encoder that
/// they started from, which stays as it is.
/// @param to exists and holds the fragment score, where the model has one
/// @throws ArtifactError when a checksum of the model does not hold, OutputError
void pack_model(const std::filesystem::path& from, const std::filesystem::path& to,
                const std::string& command_line);

}  // namespace specbridge
