#include "encode/micro_batches.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>

namespace specbridge {
namespace {

TEST(MicroBatches, HoldItemsOfOneLengthAndRepeatTheLastInEmptyPlaces) {
  const std::vector<std::size_t> lengths = {16, 8, 16, 8, 8};

  const auto batches = make_micro_batches(lengths, 2);

  ASSERT_EQ(batches.size(), 3U);
  EXPECT_EQ(batches[0].indices, (std::vector<std::size_t>{1, 3}));
  EXPECT_EQ(batches[0].length, 8U);
  EXPECT_EQ(batches[1].indices, (std::vector<std::size_t>{4, 4}));
  EXPECT_EQ(batches[1].filled, 1U);
  EXPECT_EQ(batches[2].indices, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(batches[2].length, 16U);
}

TEST(MicroBatches, OfNoItemsAreNone) {
  EXPECT_TRUE(make_micro_batches({}).empty());
}

TEST(MicroBatches, AlwaysHaveTheSameNumberOfRows) {
  for (std::size_t items = 1; items < 40; ++items) {
    const std::vector<std::size_t> lengths(items, 8);
    for (const MicroBatch& batch : make_micro_batches(lengths)) {
      EXPECT_EQ(batch.indices.size(), kMicroBatchRows);
    }
  }
}

TEST(MicroBatches, CoverEveryItemOnceOnAnyNumberOfThreads) {
  std::vector<std::size_t> lengths;
  for (std::size_t i = 0; i < 100; ++i) lengths.push_back(8 + 8 * (i % 5));
  for (const std::size_t threads : {1U, 2U, 4U}) {
    std::mutex mutex;
    std::multiset<std::size_t> seen;
    run_micro_batches(lengths, threads, 0, [&](const MicroBatch& batch) {
      const std::lock_guard lock(mutex);
      seen.insert(batch.indices.begin(),
                  batch.indices.begin() + static_cast<std::ptrdiff_t>(batch.filled));
    });
    EXPECT_EQ(seen.size(), 100U);
    EXPECT_EQ(std::set<std::size_t>(seen.begin(), seen.end()).size(), 100U);
  }
}

TEST(MicroBatches, RunTorchOnOneThreadEachAndRestoreTheCallersThreads) {
  at::set_num_threads(2);
  const std::vector<std::size_t> lengths(64, 8);
  std::atomic<int> most{0};
  run_micro_batches(lengths, 2, 0, [&](const MicroBatch&) {
    most = std::max(most.load(), at::get_num_threads());
  });
  EXPECT_EQ(most, 1);
  EXPECT_EQ(at::get_num_threads(), 2);
}

}  // namespace
}  // namespace specbridge
