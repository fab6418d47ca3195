#include "train/loss.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "bridge/projection.h"
#include "specbridge/bridge_shape.h"

namespace specbridge {

BatchLoss batch_loss(const at::Tensor& vectors, const at::Tensor& molecules,
                     const at::Tensor& targets, const at::Tensor& products,
                     const TrainSettings& settings) {
  const at::Tensor unit = unit_rows(vectors);
  BatchLoss loss;
  loss.distance = (unit - targets.index_select(0, molecules)).square().sum(-1).mean();
  loss.total = loss.distance;
  if (settings.contrastive_weight > 0) {
    const at::Tensor cosines =
        at::matmul(unit.to(products.scalar_type()), products.t()).to(unit.scalar_type());
    const at::Tensor logits = cosines / settings.contrastive_temperature;
    loss.total =
        loss.total + settings.contrastive_weight * at::cross_entropy_loss(logits, molecules);
  }
  loss.distance = loss.distance.detach();
  return loss;
}

at::Tensor add_orthogonality(const at::Tensor& map_weight, double weight, Precision precision) {
  const c10::NoGradGuard no_grad;
  const at::Tensor w = map_weight.detach();
  const bool wide = w.size(0) <= w.size(1);
  at::Tensor excess = wide ? at::matmul(w, w.t()) : at::matmul(w.t(), w);
  excess.diagonal().sub_(1);
  if (weight > 0) {
    const auto type = precision == Precision::bfloat16 ? at::kBFloat16 : w.scalar_type();
    const at::Tensor a = (wide ? excess : w).to(type), b = (wide ? w : excess).to(type);
    map_weight.grad().add_(at::matmul(a, b), 4 * weight);
  }
  return excess.square().sum();
}

}  // namespace specbridge
