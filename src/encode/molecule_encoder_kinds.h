#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "encode/molecule_encoder.h"
#include "specbridge/context.h"
#include "store/manifest.h"

namespace specbridge {

/// The kinds of molecule encoder, each from the directory its manifest was read from; every
/// checksum is verified first. Defined in encode/language_encoder.cpp (networks that read tokens:
/// RoBERTa, BERT, ALBERT), encode/morgan_encoder.cpp and encode/whitened_encoder.cpp.
/// @throws ArtifactError, ResourceError
std::unique_ptr<MoleculeEncoder> load_language_encoder(const Manifest& manifest,
                                                       const RunContext& context);
std::unique_ptr<MoleculeEncoder> load_morgan_encoder(const Manifest& manifest,
                                                     const RunContext& context);
std::unique_ptr<MoleculeEncoder> load_whitened_encoder(const Manifest& manifest,
                                                       const RunContext& context);

}  // namespace specbridge
