#pragma once

#include "base/json.h"
#include "specbridge/context.h"
#include "specbridge/train.h"

namespace specbridge {

/// run_train() for the objective spec2vec: a model whose encoder is a table of words.
TrainReport train_spec2vec(const TrainConfig& config, const RunContext& context);

/// What manifests and reports say of the words.
Json to_json(const WordFit& fit);

}  // namespace specbridge
