#include "train/learners/learner.h"

#include <ATen/ATen.h>

namespace specbridge {

void add_gradients(const at::Tensor& loss, const FlatParameters& parameters, StepRecord& record) {
  loss.backward();
  // One transfer from the device for both.
  const at::Tensor figures =
      at::stack({loss.detach(), parameters.gradient_norm()}).to(at::kCPU, at::kDouble);
  record.loss = figures.const_data_ptr<double>()[0];
  record.gradient_norm = figures.const_data_ptr<double>()[1];
}

}  // namespace specbridge
