#pragma once

#include <cstddef>
#include <functional>

namespace specbridge {

/// Calls body(i) for every i in [0, count), spread over `threads` threads (at least one). Items are
/// handed out in order. The first exception stops the hand-out and is thrown again after all
/// threads have ended.
void parallel_for(std::size_t count, std::size_t threads,
                  const std::function<void(std::size_t)>& body);

}  // namespace specbridge
