#include "bridge/embedding.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <vector>

#include "encode/micro_batches.h"
#include "specbridge/bridge_shape.h"

namespace specbridge {
namespace {

std::vector<EncoderInput> inputs_of(const MicroBatch& batch, std::span<const EncoderInput> all) {
  std::vector<EncoderInput> inputs;
  for (const std::size_t index : batch.indices) inputs.push_back(all[index]);
  return inputs;
}

void store_row(const at::Tensor& row, std::span<float> place) {
  std::copy_n(row.const_data_ptr<float>(), place.size(), place.begin());
  if (!normalize(place)) std::fill(place.begin(), place.end(), 0.0F);
}

}  // namespace

Matrix embed_spectra(const ScriptedSpectrumEncoder& encoder, const Projection& projection,
                     std::span<const EncoderInput> inputs, std::size_t threads,
                     std::size_t in_flight) {
  Matrix result(inputs.size(), static_cast<std::size_t>(projection.map.weight.size(0)));
  std::vector<std::size_t> lengths;
  for (const auto& input : inputs) lengths.push_back(bucket_rows(input.count()));
  const auto embed = [&](const MicroBatch& batch) {
    const c10::NoGradGuard no_grad;
    const at::Tensor peaks = pack_inputs(inputs_of(batch, inputs), batch.length);
    const at::Tensor features = encoder.forward(peaks.to(encoder.device()));
    const at::Tensor rows =
        project(projection, features, Precision::float32).to(at::kCPU).contiguous();
    for (std::size_t i = 0; i < batch.filled; ++i) {
      store_row(rows[static_cast<std::int64_t>(i)], result.row(batch.indices[i]));
    }
  };
  run_micro_batches(lengths, threads, in_flight, embed,
                    encoder.device().is_cuda() ? kCudaMicroBatchRows : kMicroBatchRows);
  return result;
}

}  // namespace specbridge
