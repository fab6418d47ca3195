#pragma once

#include <cstddef>
#include <span>

#include "base/matrix.h"
#include "bridge/projection.h"
#include "encode/scripted_spectrum_encoder.h"

namespace specbridge {

/// Embeds spectra with encoder, head and mapper, in float32 and in micro-batches of fixed shape: a
/// row has the same bits in any company and on any number of threads. @return [inputs, dim], unit
/// rows; a row without a finite direction is zero.
Matrix embed_spectra(const ScriptedSpectrumEncoder& encoder, const Projection& projection,
                     std::span<const EncoderInput> inputs, std::size_t threads,
                     std::size_t in_flight);

}  // namespace specbridge
