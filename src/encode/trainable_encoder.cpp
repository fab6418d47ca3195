#include "encode/trainable_encoder.h"

#include <algorithm>

#include "encode/scripted_spectrum_encoder.h"

namespace specbridge {

std::unique_ptr<TrainableEncoder> load_trainable_encoder(const std::filesystem::path& dir,
                                                         const c10::Device& device) {
  return std::make_unique<ScriptedSpectrumEncoder>(ScriptedSpectrumEncoder::load(dir, device));
}

std::size_t padded_length(std::size_t length) {
  constexpr std::size_t kStep = 8;
  return std::max((length + kStep - 1) / kStep, std::size_t{1}) * kStep;
}

}  // namespace specbridge
