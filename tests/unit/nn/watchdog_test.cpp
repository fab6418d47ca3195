#include "nn/watchdog.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace specbridge {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kPlenty = std::size_t{1} << 40;

TEST(Watchdog, LetsPassWhatEnds) {
  const Watchdog watchdog("model.pt", {milliseconds(60000), kPlenty});
}

TEST(WatchdogDeathTest, EndsAProcessThatLoops) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto loop = [] {
    const Watchdog watchdog("model.pt", {milliseconds(1000), kPlenty});
    const std::atomic<bool> stop = false;
    while (!stop) {
    }
  };
  EXPECT_EXIT(loop(), testing::ExitedWithCode(4),
              "^specbridge: model.pt: its network does not come to an end within 1 second; export "
              "the encoder again\n$");
}

TEST(WatchdogDeathTest, EndsAProcessThatHoards) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto hoard = [] {
    const Watchdog watchdog("model.pt", {milliseconds(60000), std::size_t{64} << 20});
    std::vector<std::vector<char>> kept;
    while (true) kept.emplace_back(1 << 20, 'x');
  };
  EXPECT_EXIT(hoard(), testing::ExitedWithCode(4),
              "^specbridge: model.pt: its network takes more than 64 mebibytes of memory");
}

}  // namespace
}  // namespace specbridge
