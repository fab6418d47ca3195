#pragma once

#include <cstddef>
#include <vector>

#include "specbridge/train_settings.h"

namespace specbridge {

/// Steps of the whole run: batches an epoch times epochs, at least one, at most max_steps.
std::size_t total_steps(const TrainSettings& settings, std::size_t batches_per_epoch);

/// Learning rate of a step (0-based): linear warm-up, then cosine to zero or constant. The first
/// step already moves; the step after the last would have rate 0.
double learning_rate_at(const TrainSettings& settings, std::size_t step, std::size_t total);

/// Numbers of finished steps after which to validate, ascending: evenly spread, the last at the
/// end.
std::vector<std::size_t> validation_steps(std::size_t validations, std::size_t total);

}  // namespace specbridge
