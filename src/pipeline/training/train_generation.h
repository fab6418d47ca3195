#pragma once

#include "specbridge/context.h"
#include "specbridge/train.h"

namespace specbridge {

/// run_train() for the objective generate: a copy of a model that has a decoder.
TrainReport train_generation(const TrainConfig& config, const RunContext& context);

}  // namespace specbridge
