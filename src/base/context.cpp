#include "specbridge/context.h"

#include "specbridge/error.h"

namespace specbridge {

void RunContext::check_interrupt() const {
  if (interrupted()) throw Interrupted("interrupted; nothing was published");
}

}  // namespace specbridge
