#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/json.h"

namespace specbridge::test {

/// Changes a manifest after everything but the list of files has been filled in.
using ManifestChange = std::function<void(Json&)>;

/// Writes a spectrum encoder of a few weights that keeps the contract: two blocks, width 8,
/// parameters "input", "block0", "block1" and "output". No Python is needed.
void write_tiny_spectrum_encoder(const std::filesystem::path& dir,
                                 const ManifestChange& change = {});

/// The same for molecules: an embedding of 8 token ids ("C" 4, "N" 5, "O" 6) with mean pooling,
/// width 8, at most 32 tokens, lengths padded to multiples of 4.
void write_tiny_molecule_encoder(const std::filesystem::path& dir,
                                 const ManifestChange& change = {});

}  // namespace specbridge::test
