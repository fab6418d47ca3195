#include "base/parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/support.h"

namespace specbridge {
namespace {

TEST(ParallelFor, TakesEveryItemOnceOnAnyNumberOfThreads) {
  for (const std::size_t threads : {0, 1, 2, 7, 64}) {
    std::vector<std::atomic<int>> visits(1000);
    parallel_for(visits.size(), threads, [&](std::size_t i) { ++visits[i]; });
    EXPECT_TRUE(std::ranges::all_of(visits, [](const auto& count) { return count == 1; }))
        << threads;
  }
}

TEST(ParallelFor, DoesNothingWithoutItems) {
  parallel_for(0, 4, [](std::size_t) { FAIL(); });
}

TEST(ParallelFor, WithOneThreadGoesInOrder) {
  std::vector<std::size_t> order;
  parallel_for(5, 1, [&](std::size_t i) { order.push_back(i); });
  EXPECT_EQ(order, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
}

TEST(ParallelFor, PassesAnExceptionOnWhateverThreadItComesFrom) {
  for (const std::size_t threads : {1, 2, 8}) {
    const auto action = [&] {
      parallel_for(100, threads, [](std::size_t i) {
        if (i == 37) throw std::runtime_error("item 37");
      });
    };
    EXPECT_EQ(test::message_of(action), "item 37") << threads;
  }
}

TEST(ParallelFor, HandsOutNothingAfterAnException) {
  std::size_t visited = 0;
  EXPECT_THROW(parallel_for(1000, 1,
                            [&](std::size_t i) {
                              ++visited;
                              if (i == 10) throw std::runtime_error("stop");
                            }),
               std::runtime_error);
  EXPECT_EQ(visited, 11U);
}

TEST(ParallelFor, ThrowsOneExceptionWhenEveryItemFails) {
  EXPECT_THROW(parallel_for(1000, 4, [](std::size_t) { throw std::invalid_argument("all"); }),
               std::invalid_argument);
}

}  // namespace
}  // namespace specbridge
