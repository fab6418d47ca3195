#pragma once

namespace specbridge {

/// Numeric type of the linear layers in training; weights, sums and the loss stay float32.
enum class Precision { float32, bfloat16 };

}  // namespace specbridge
