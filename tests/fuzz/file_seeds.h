#pragma once

#include <cstddef>
#include <filesystem>

namespace specbridge::fuzz {

/// Writes small good and bad inputs of the targets that read no spectra, into a folder for each.
/// @return how many
std::size_t write_file_seeds(const std::filesystem::path& folder);

}  // namespace specbridge::fuzz
