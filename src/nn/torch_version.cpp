#include "nn/torch_version.h"

#include <torch/headeronly/version.h>

namespace specbridge {

std::string_view torch_version() {
  return TORCH_VERSION;
}

}  // namespace specbridge
