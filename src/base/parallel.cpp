#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace specbridge {

void parallel_for(std::size_t count, std::size_t threads,
                  const std::function<void(std::size_t)>& body) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        body(i);
      } catch (...) {
        const std::lock_guard lock(failure_mutex);
        if (!failure) failure = std::current_exception();
        next = count;
      }
    }
  };
  const std::size_t helpers = std::min(std::max<std::size_t>(threads, 1), count);
  {
    std::vector<std::jthread> pool;  // joins at the end of the scope, whatever happens
    try {
      for (std::size_t i = 1; i < helpers; ++i) pool.emplace_back(work);
    } catch (const std::system_error&) {
      // The machine gives no more threads: those that run do all the work.
    }
    work();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace specbridge
