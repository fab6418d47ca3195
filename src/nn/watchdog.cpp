#include "nn/watchdog.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "specbridge/error.h"
#include "store/partial.h"

namespace specbridge {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kBadArtifact = 4;  // README, "Exit codes"
constexpr std::size_t kMebibyte = std::size_t{1} << 20;

/// Of all threads of the process. A network on a busy machine waits, and is not to blame for it.
milliseconds processor_time() {
  return milliseconds(1000 * static_cast<long long>(std::clock()) / CLOCKS_PER_SEC);
}

/// Bytes of memory in use.
std::size_t resident() {
  std::size_t total = 0, pages = 0;
  std::ifstream("/proc/self/statm") >> total >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

[[noreturn]] void end_process(const std::string& message) {
  std::fprintf(stderr, "specbridge: %s\n", message.c_str());
  std::fflush(stderr);
  remove_partials();
  _exit(kBadArtifact);
}

}  // namespace

Watchdog::Watchdog(std::string where, WatchLimits limits)
    : where_(std::move(where)), limits_(limits) {
  try {
    thread_ = std::thread([this] { watch(); });
  } catch (const std::system_error& error) {
    throw ResourceError(
        fmt::format("out of memory or threads while {} is loaded ({}); use a machine with more",
                    where_, error.what()));
  }
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

void Watchdog::watch() {
  const auto start = Clock::now();
  const auto processor_start = processor_time();
  const std::size_t memory_start = resident();
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, milliseconds(5), [this] { return over_; })) {
    if (resident() > memory_start + limits_.memory) {
      end_process(
          fmt::format("{}: its network takes more than {} of memory to be loaded and tried; export "
                      "the encoder again",
                      one_line(where_), counted(limits_.memory / kMebibyte, "mebibyte")));
    }
    if (Clock::now() - start > limits_.time && processor_time() - processor_start > limits_.time) {
      end_process(
          fmt::format("{}: its network does not come to an end within {}; export the encoder again",
                      one_line(where_),
                      counted(static_cast<std::size_t>(limits_.time.count()) / 1000, "second")));
    }
  }
}

WatchLimits network_limits(std::size_t file_bytes, bool on_cpu) {
  // A network of n bytes is read as n bytes, becomes n bytes of tensors, and works in a multiple of
  // its layers.
  return {milliseconds(on_cpu ? 8000 : 60000), 512 * kMebibyte + 6 * file_bytes};
}

}  // namespace specbridge
