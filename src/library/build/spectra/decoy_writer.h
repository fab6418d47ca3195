#pragma once

#include <cstddef>
#include <filesystem>

#include "library/spectra/spectral_library.h"
#include "specbridge/context.h"

namespace specbridge {

/// What was written.
struct DecoyCounts {
  std::size_t decoys = 0;
  std::size_t incomplete = 0;  ///< with fewer peaks than their spectrum
};

/// Whether decoys can be made of the spectra of a library: it has an index of peaks.
bool can_have_decoys(const SpectralLibrary& targets);

/// Writes a library of decoys, one for each spectrum of another: the same molecule, precursor, ion
/// mode and text (its id behind kDecoyPrefix), other peaks. Memory: that of an index of peaks.
/// @param targets_dir where the other lies @param dir a staging directory
/// @throws ArtifactError when the other is damaged, OutputError, Interrupted
DecoyCounts write_decoys(const SpectralLibrary& targets, const std::filesystem::path& targets_dir,
                         const std::filesystem::path& dir, const RunContext& context);

}  // namespace specbridge
