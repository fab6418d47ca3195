#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/json.h"

namespace specbridge::test {

/// Changes a manifest after everything but the list of files has been filled in.
using ManifestChange = std::function<void(Json&)>;

/// Whether what stands before the peaks of a text is in the mean.
enum class BeforePeaks { seen, averaged };

/// Writes a spectrum encoder of a few weights that keeps the contract: two blocks, width 8,
/// parameters "input", "block0", "block1" and "output". No Python is needed.
void write_tiny_spectrum_encoder(const std::filesystem::path& dir,
                                 const ManifestChange& change = {});

/// A spectrum encoder that reads text: two blocks in which every token sees the mean of all, width
/// 8, at most 64 tokens. Tokens are pad 0, BOS 1, unknown 2, "base_peak" 3, "max_peak" 4,
/// "extra_peak" 5, "@" 6, "," 7, digits 10 to 19, "Peaks:" 20 and " " 21; "Peaks: " stands before
/// the peaks.
void write_tiny_text_encoder(const std::filesystem::path& dir, const ManifestChange& change = {},
                             BeforePeaks before = BeforePeaks::seen);

/// The same for molecules: an embedding of 8 token ids ("C" 4, "N" 5, "O" 6) with mean pooling,
/// width 8, at most 32 tokens, lengths padded to multiples of 4.
void write_tiny_molecule_encoder(const std::filesystem::path& dir,
                                 const ManifestChange& change = {});

}  // namespace specbridge::test
