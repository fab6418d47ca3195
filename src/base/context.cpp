#include "specbridge/context.h"

#include <cmath>

#include "specbridge/error.h"

namespace specbridge {

void Reporter::progress_by_share(std::string_view stage, std::size_t done, double share) {
  const auto estimate = share > 0 ? std::llround(static_cast<double>(done) / share) : 0;
  progress(stage, done, static_cast<std::size_t>(estimate), {});
}

void RunContext::check_interrupt() const {
  if (interrupted()) throw Interrupted("interrupted; nothing was published");
}

}  // namespace specbridge
