#include "specbridge/version.h"

namespace specbridge {

std::string_view program_version() {
  return SPECBRIDGE_VERSION;
}

}  // namespace specbridge
