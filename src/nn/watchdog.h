#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

namespace specbridge {

/// What a network may use while it is loaded and tried.
struct WatchLimits {
  std::chrono::milliseconds time{8000};  ///< by the clock, and of processor time as well
  std::size_t memory = 0;                ///< bytes beyond those in use at the start
};

/// Watches over code of a foreign file for as long as it lives. A network that loops or hoards
/// memory cannot be stopped from outside: the process then ends, at once, with a line on standard
/// error and the exit code of a bad artifact (4); what outputs it had begun are removed.
class Watchdog {
 public:
  /// @param where the file, for the line @throws ResourceError when no thread can be started
  Watchdog(std::string where, WatchLimits limits);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;

 private:
  void watch();

  std::string where_;
  WatchLimits limits_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;
};

/// The limits for a network whose file has so many bytes.
/// @param on_cpu a GPU takes its time to start
WatchLimits network_limits(std::size_t file_bytes, bool on_cpu);

}  // namespace specbridge
