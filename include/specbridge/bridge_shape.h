#pragma once

#include <cstddef>

namespace specbridge {

/// Shape of the trained part. Defaults are the paper's.
struct BridgeShape {
  std::size_t head_hidden = 2048, head_out = 2048;  ///< Linear, GELU, Linear, LayerNorm
  std::size_t mapper_blocks = 8, mapper_hidden = 2048;
};

}  // namespace specbridge
