#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace specbridge {

/// How a request to be let in came out.
enum class Entry { in, full, late };

/// Lets some requests work at a time, some more wait, and turns away the rest. Thread-safe.
class Admission {
 public:
  Admission(std::size_t most_working, std::size_t most_waiting)
      : most_working_(most_working), most_waiting_(most_waiting) {}

  /// Waits for a place to work. @return full: too many wait already; late: none came free in time
  Entry enter(std::chrono::milliseconds patience);
  /// Gives the place back, after Entry::in.
  void leave();
  std::size_t working() const;
  std::size_t waiting() const;

 private:
  const std::size_t most_working_, most_waiting_;
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t working_ = 0, waiting_ = 0;
};

}  // namespace specbridge
