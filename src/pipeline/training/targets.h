#pragma once

#include <filesystem>
#include <memory>

#include "base/matrix.h"
#include "encode/molecule_encoder.h"
#include "pipeline/training/labelled_spectra.h"
#include "specbridge/context.h"
#include "specbridge/train_settings.h"
#include "train/terms/decoy_table.h"

namespace specbridge {

/// The molecule encoder of a model: the one given, or its vectors as TrainSettings::target says
/// they are seen, fitted to the training molecules and written as an encoder of its own.
/// @param given directory of an encoder @param to is made where another one is written
/// @throws InputError for molecules that nothing can be fitted to, ArtifactError, OutputError
std::unique_ptr<MoleculeEncoder> encoder_for(const TrainSettings& settings,
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
