#pragma once

#include <ATen/core/Tensor.h>

#include "base/matrix.h"

namespace specbridge {

/// A copy [rows, cols] of the rows, float32 on the CPU.
at::Tensor to_tensor(const MatrixView& rows);

/// A copy of a tensor [rows, cols] of any device and floating type.
/// @throws std::invalid_argument when it has not two dimensions
Matrix to_matrix(const at::Tensor& tensor);

}  // namespace specbridge
