#include "encode/micro_batches.h"

#include <algorithm>
#include <numeric>

#include "base/parallel.h"
#include "nn/torch_runtime.h"

namespace specbridge {
namespace {

std::vector<std::size_t> by_length(std::span<const std::size_t> lengths) {
  std::vector<std::size_t> order(lengths.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return lengths[a] < lengths[b]; });
  return order;
}

}  // namespace

std::size_t micro_batch_rows(const c10::Device& device) {
  return device.is_cuda() ? kCudaMicroBatchRows : kMicroBatchRows;
}

std::vector<MicroBatch> make_micro_batches(std::span<const std::size_t> padded_lengths,
                                           std::size_t rows) {
  std::vector<MicroBatch> batches;
  for (const std::size_t item : by_length(padded_lengths)) {
    const std::size_t length = padded_lengths[item];
    if (batches.empty() || batches.back().filled == rows || batches.back().length != length) {
      batches.push_back({length, 0, {}});
    }
    batches.back().indices.push_back(item);
    ++batches.back().filled;
  }
  for (MicroBatch& batch : batches) batch.indices.resize(rows, batch.indices.back());
  return batches;
}

void run_micro_batches(std::span<const std::size_t> padded_lengths, std::size_t threads,
                       std::size_t in_flight, const std::function<void(const MicroBatch&)>& body,
                       std::size_t rows) {
  const std::vector<MicroBatch> batches = make_micro_batches(padded_lengths, rows);
  const std::size_t at_a_time =
      in_flight == 0 ? threads : std::max<std::size_t>(in_flight / rows, 1);
  // The setting is per thread, and a thread that has none yet takes the one set last: both are
  // needed.
  const IntraOpThreads one(1);
  parallel_for(batches.size(), std::min(threads, at_a_time), [&](std::size_t i) {
    prepare_threads(1);
    body(batches[i]);
  });
}

}  // namespace specbridge
