#pragma once

#include <ATen/core/Tensor.h>

#include "specbridge/bridge_shape.h"
#include "specbridge/train_settings.h"

namespace specbridge {

/// The terms of the loss that depend on a batch, scalars on the device.
struct BatchLoss {
  at::Tensor total;     ///< what is differentiated
  at::Tensor distance;  ///< mean squared distance of unit vectors, 2 - 2 cos
};

/// Mean over the batch of the squared distance between the unit vectors of `vectors` [batch, dim]
/// and of their molecules (rows `molecules` [batch] of `targets` [molecules, dim], unit length),
/// plus the contrastive term when its weight is not 0: cross-entropy of the softmax of cosine /
/// temperature over all rows of `targets`. `products` is the table the cosines are computed with:
/// the targets themselves or a bfloat16 copy, four times as fast on a CPU that knows the type.
BatchLoss batch_loss(const at::Tensor& vectors, const at::Tensor& molecules,
                     const at::Tensor& targets, const at::Tensor& products,
                     const TrainSettings& settings);

/// ||W W^T - I||^2_F, or of W^T W when W has more rows than columns: of the smaller product. Adds
/// `weight` times its gradient, 4 (W W^T - I) W, to W's gradient: two products instead of
/// autograd's three. With bfloat16 the second one runs in that type.
/// @return the squared norm, a scalar on the device
at::Tensor add_orthogonality(const at::Tensor& map_weight, double weight, Precision precision);

}  // namespace specbridge
