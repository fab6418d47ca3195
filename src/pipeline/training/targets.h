#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "encode/molecule_encoder.h"
#include "pipeline/training/labelled_spectra.h"
#include "specbridge/context.h"
#include "specbridge/train_settings.h"
#include "train/terms/decoy_table.h"

namespace specbridge {

/// The vectors of an encoder less their mean ("centred"), or whitened ("whitened"): fitted to the
/// training molecules and written as an encoder of its own.
/// @param target see TrainSettings @param base what is in the directory `given`
/// @param to is made; what is there is removed
/// @throws InputError for molecules that nothing can be fitted to, ArtifactError, OutputError
std::unique_ptr<MoleculeEncoder> seen_through(const std::string& target,
                                              const MoleculeEncoder& base,
                                              const std::filesystem::path& given,
                                              const std::vector<Molecule>& molecules,
                                              const std::filesystem::path& to,
                                              const RunContext& context);

/// What the vectors of spectra are trained to be near to, by molecule: vectors of molecules, or,
/// where similarity is learned, the bits of their fingerprints if a term needs them. Examples of a
/// molecule without a vector are dropped and counted.
/// @param encoder nothing: similarity is learned
Matrix targets_of(LabelledSpectra& train, const TrainSettings& settings,
                  const MoleculeEncoder* encoder, const RunContext& context);

/// Isomers of the training molecules: those in lists, at most twice as many of a molecule as a step
/// is shown, and where these are few some made by edits.
/// @param targets of the molecules @throws InputError
DecoyTable isomer_decoys(const LabelledSpectra& train, const Matrix& targets,
                         const TrainSettings& settings,
                         const std::vector<std::filesystem::path>& lists,
                         const MoleculeEncoder& encoder, const RunContext& context);

}  // namespace specbridge
