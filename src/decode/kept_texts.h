#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/InferenceMode.h>

#include <memory>

#include "decode/decoder_step.h"
#include "decode/text_network.h"
#include "nn/torch_runtime.h"

namespace specbridge {

/// Inference: nothing is kept for gradients, and operations run on one thread.
class Inferring {
  c10::InferenceMode nothing_kept_;
  IntraOpThreads one_{1};
};

/// Texts that grow together from one memory [1, any, any], their keys and values kept.
/// @param network outlives the object
std::unique_ptr<DecoderStep> kept_texts(const TextNetwork& network, at::Tensor memory);

}  // namespace specbridge
