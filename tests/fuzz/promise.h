#pragma once

#include <cstdio>
#include <cstdlib>

namespace specbridge::fuzz {

/// Ends the program where something does not hold that callers rely on.
inline void require(bool promise, const char* what) {
  if (promise) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

}  // namespace specbridge::fuzz
