#pragma once

#include "specbridge/context.h"
#include "specbridge/train.h"

namespace specbridge {

/// run_train() for the objective masked-tokens: an encoder that reads spectra as text, adapted to
/// the texts of spectra whose molecules nobody has to know.
TrainReport train_masked_encoder(const TrainConfig& config, const RunContext& context);

}  // namespace specbridge
