#pragma once

#include <c10/core/Device.h>

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace specbridge {

/// Rows of every micro-batch in inference on the CPU. One number for all, since the bits of a row
/// may depend on how many rows its matrices have.
constexpr std::size_t kMicroBatchRows = 16;
/// The same on a GPU, which needs more rows to be busy.
constexpr std::size_t kCudaMicroBatchRows = 128;

/// How many rows a micro-batch has on a device.
std::size_t micro_batch_rows(const c10::Device& device);

/// One micro-batch: items of one padded length. Places without an item repeat the last one.
struct MicroBatch {
  std::size_t length = 0;            ///< padded length of every item
  std::size_t filled = 0;            ///< the first `filled` indices are results, the rest repeat
  std::vector<std::size_t> indices;  ///< as many as a micro-batch has rows
};

/// How items are packed: by padded length, in order of length and index.
/// @param padded_lengths of each item, a function of the item alone
std::vector<MicroBatch> make_micro_batches(std::span<const std::size_t> padded_lengths,
                                           std::size_t rows = kMicroBatchRows);

/// Runs body on every micro-batch of the items, over `threads` threads, each of which runs its
/// Torch operations on one thread. A row's bits depend on its item only: the shape of a micro-batch
/// follows from the item's own padded length and the fixed number of rows. `in_flight` items (0: no
/// limit) bound how many micro-batches are worked on at a time, never their shape. The body is
/// called from several threads at once.
void run_micro_batches(std::span<const std::size_t> padded_lengths, std::size_t threads,
                       std::size_t in_flight, const std::function<void(const MicroBatch&)>& body,
                       std::size_t rows = kMicroBatchRows);

}  // namespace specbridge
