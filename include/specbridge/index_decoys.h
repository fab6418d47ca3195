#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "specbridge/context.h"
#include "specbridge/existing.h"

namespace specbridge {

/// What `specbridge index --decoys` is asked for.
struct DecoyIndexConfig {
  std::filesystem::path targets;  ///< library of spectra, made by `index --spectra`
  std::filesystem::path out;
  Existing existing = Existing::refuse;
};

/// What came of it.
struct DecoyIndexReport {
  std::size_t decoys = 0, molecules = 0;
  std::size_t incomplete = 0;  ///< decoys with fewer peaks than their spectrum
};

/// The counts as JSON text.
std::string to_json(const DecoyIndexReport& report);

/// Builds a library of decoy spectra, one for each spectrum of a library: the same molecule and
/// precursor, other peaks. What similarities they reach tells how similar wrong compounds are. The
/// seed of the context decides what is drawn; docs/method/library_search.md
/// @throws UsageError when peaks are too near to each other, ArtifactError, OutputError
DecoyIndexReport run_index_decoys(const DecoyIndexConfig& config, const RunContext& context);

}  // namespace specbridge
