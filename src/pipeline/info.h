#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace specbridge {

/// What an artifact directory is.
struct ArtifactInfo {
  std::vector<std::pair<std::string, std::string>> facts;  ///< for people, in reading order
  std::string manifest;                                    ///< the manifest as JSON text
  std::string damage;  ///< empty: every checksum holds; else the message that says which does not
};

/// Reads an encoder, model or library directory and checks every file of it.
/// @throws ArtifactError when it is none
ArtifactInfo run_info(const std::filesystem::path& dir);

}  // namespace specbridge
