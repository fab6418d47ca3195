#include "specbridge/base/context.h"

#include "specbridge/base/error.h"

namespace specbridge {

void RunContext::check_interrupt() const {
  if (interrupted()) throw Interrupted("interrupted; nothing was published");
}

std::string_view program_version() {
  return SPECBRIDGE_VERSION;
}

}  // namespace specbridge
