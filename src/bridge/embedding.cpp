#include "bridge/embedding.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <vector>

#include "encode/micro_batches.h"

namespace specbridge {
namespace {

/// The encoder's vectors of a micro-batch [rows, encoder_dim].
at::Tensor features_of(const MicroBatch& batch, const Matrix& features) {
  const auto width = static_cast<std::int64_t>(features.cols());
  at::Tensor rows = at::empty({static_cast<std::int64_t>(batch.indices.size()), width}, at::kFloat);
  float* place = rows.mutable_data_ptr<float>();
  for (const std::size_t index : batch.indices) {
    place = std::ranges::copy(features.row(index), place).out;
  }
  return rows;
}

void make_unit(std::span<float> vector) {
  if (!normalize(vector)) std::fill(vector.begin(), vector.end(), 0.0F);
}

void store_row(const at::Tensor& row, std::span<float> place) {
  std::copy_n(row.const_data_ptr<float>(), place.size(), place.begin());
  make_unit(place);
}

}  // namespace

Matrix embed_spectra(const SpectrumEncoder& encoder, const Projection& projection,
                     const c10::Device& device, std::span<const PeakRows> spectra,
                     const EmbeddingOptions& options) {
  const Matrix features = encoder.encode(spectra, options.threads, options.in_flight);
  Matrix result(spectra.size(), static_cast<std::size_t>(projection.map.weight.size(0)));
  const std::vector<std::size_t> equal(spectra.size(), 1);  // vectors have no length to pad
  const auto embed = [&](const MicroBatch& batch) {
    const c10::NoGradGuard no_grad;
    const at::Tensor rows =
        project(projection, features_of(batch, features).to(device), options.precision)
            .to(at::kCPU)
            .contiguous();
    for (std::size_t i = 0; i < batch.filled; ++i) {
      store_row(rows[static_cast<std::int64_t>(i)], result.row(batch.indices[i]));
    }
  };
  run_micro_batches(equal, options.threads, options.in_flight, embed, micro_batch_rows(device));
  return result;
}

Matrix embed_spectra(const SpectrumEncoder& encoder, std::span<const PeakRows> spectra,
                     const EmbeddingOptions& options) {
  Matrix vectors = encoder.encode(spectra, options.threads, options.in_flight);
  for (std::size_t i = 0; i < vectors.rows(); ++i) make_unit(vectors.row(i));
  return vectors;
}

}  // namespace specbridge
