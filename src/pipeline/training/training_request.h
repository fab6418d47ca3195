#pragma once

#include <filesystem>
#include <vector>

#include "base/json.h"
#include "bridge/training_data.h"
#include "specbridge/context.h"
#include "specbridge/train.h"

namespace specbridge {

/// Refuses what cannot be followed, before any work. @throws UsageError
void check_training(const TrainConfig& config);

/// Whether the model is to have a fragment score.
bool fits_fragments(const TrainConfig& config);

/// Whether the molecules stay with their spectra.
SpectraLabels labels_of(const TrainSettings& settings);

/// Every file and folder that is read, as named.
std::vector<std::filesystem::path> inputs_of(const TrainConfig& config);

/// What is known of the data before they are read: files with their checksums, named without their
/// folders, and the words of the user. @throws InputError
TrainingData announced_data(const TrainConfig& config);

/// What a training that goes on must have in common with the one before.
/// @param artifacts that it begins with: their fingerprints under their names
Json task_of(const TrainConfig& config, const TrainingData& data, const Json& artifacts,
             const RunContext& context);

}  // namespace specbridge
