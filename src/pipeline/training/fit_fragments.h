#pragma once

#include <filesystem>

#include "bridge/model_manifest.h"
#include "pipeline/training/labelled_spectra.h"
#include "specbridge/context.h"

namespace specbridge {

/// Fits a fragment score to spectra, so that each molecule scores above its isomers in lists, and
/// writes it into a model directory that is being made.
/// @throws InputError when there is nothing to fit it to, OutputError, Interrupted
FragmentFit fit_fragments(const LabelledSpectra& spectra,
                          const std::vector<std::filesystem::path>& decoys,
                          const std::filesystem::path& dir, const RunContext& context);

}  // namespace specbridge
