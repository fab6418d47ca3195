#include "nn/tensors.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace specbridge {

at::Tensor to_tensor(const MatrixView& rows) {
  at::Tensor tensor = at::empty(
      {static_cast<std::int64_t>(rows.rows()), static_cast<std::int64_t>(rows.cols())}, at::kFloat);
  std::copy(rows.values().begin(), rows.values().end(), tensor.mutable_data_ptr<float>());
  return tensor;
}

Matrix to_matrix(const at::Tensor& tensor) {
  if (tensor.dim() != 2) {
    throw std::invalid_argument(
        fmt::format("expected a tensor [rows, cols], found {} dimensions", tensor.dim()));
  }
  const at::Tensor compact = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
  Matrix matrix(static_cast<std::size_t>(compact.size(0)),
                static_cast<std::size_t>(compact.size(1)));
  const float* first = compact.const_data_ptr<float>();
  std::copy(first, first + compact.numel(), matrix.values().begin());
  return matrix;
}

}  // namespace specbridge
