#pragma once

#include <c10/core/Device.h>

#include <cstddef>
#include <span>

#include "base/matrix.h"
#include "bridge/projection.h"
#include "encode/spectrum_encoder.h"
#include "specbridge/precision.h"

namespace specbridge {

/// How spectra are embedded. None of it changes which bits a row has in what company.
struct EmbeddingOptions {
  std::size_t threads = 1, in_flight = 256;
  Precision precision = Precision::float32;  ///< of the projection: the encoder has its own
};

/// Embeds spectra with encoder, head and mapper, in micro-batches of fixed shape: a row has the
/// same bits in any company and on any number of threads. @return [spectra, dim], unit rows; a row
/// without a finite direction is zero.
/// @param device where the projection lies
Matrix embed_spectra(const SpectrumEncoder& encoder, const Projection& projection,
                     const c10::Device& device, std::span<const PeakRows> spectra,
                     const EmbeddingOptions& options);

/// The encoder's own vectors [spectra, dim], unit rows.
Matrix embed_spectra(const SpectrumEncoder& encoder, std::span<const PeakRows> spectra,
                     const EmbeddingOptions& options);

}  // namespace specbridge
