#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "encode/molecule_encoder.h"
#include "pipeline/training/labelled_spectra.h"
#include "pipeline/training/validation.h"
#include "specbridge/context.h"

namespace specbridge {

/// Ranks the molecules of candidate pools by their vectors, as search does.
/// @param pools file of candidates; nothing: every molecule of the spectra is one
/// @param encoder and context outlive the result
/// @throws InputError for the pools
std::unique_ptr<Validation> make_pool_validation(LabelledSpectra labelled,
                                                 const std::optional<std::filesystem::path>& pools,
                                                 const MoleculeEncoder& encoder,
                                                 const RunContext& context);

}  // namespace specbridge
