#include "encode/whitening.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <stdexcept>

#include "nn/tensors.h"
#include "nn/torch_runtime.h"

namespace specbridge {

void Whitening::apply(std::span<const float> vector, std::span<float> to) const {
  std::vector<float> centred(vector.begin(), vector.end());
  for (std::size_t i = 0; i < centred.size(); ++i) centred[i] -= mean[i];
  if (rows.rows() == 0) {
    std::ranges::copy(centred, to.begin());
  } else {
    for (std::size_t i = 0; i < rows.rows(); ++i) to[i] = dot(rows.row(i), centred);
  }
  if (!normalize(to)) std::ranges::fill(to, 0.0F);
}

Whitening fit_whitening(MatrixView vectors, Seen seen) {
  constexpr double kLeast = 1e-6;  // of the largest eigenvalue
  const c10::NoGradGuard no_grad;
  const IntraOpThreads one(1);  // the bits must not depend on --threads
  const at::Tensor all = to_tensor(vectors).to(at::kDouble);
  const at::Tensor x = all.index({(all != 0).any(1)});
  const at::Tensor mean = x.mean(0, /*keepdim=*/true), centred = x - mean;
  if (x.size(0) < 2 || !(centred.abs().max().item<double>() > 0)) {
    throw std::invalid_argument("a whitening needs two vectors that differ");
  }
  Whitening whitening;
  const Matrix centre = to_matrix(mean);
  whitening.mean.assign(centre.row(0).begin(), centre.row(0).end());
  if (seen == Seen::centred) return whitening;
  const at::Tensor covariance =
      at::matmul(centred.t(), centred) / static_cast<double>(x.size(0) - 1);
  const auto [values, directions] = at::linalg_eigh(covariance);
  const at::Tensor kept = values > kLeast * values.max();
  const at::Tensor scaled = (directions / values.clamp_min(1e-300).sqrt()).t().index({kept});
  whitening.rows = to_matrix(scaled.flip(0));
  return whitening;
}

}  // namespace specbridge
