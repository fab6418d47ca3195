#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "bridge/model_files.h"

namespace specbridge {

/// Numbers of one optimizer step.
struct StepNumbers {
  double rate = 0, encoder_rate = 0;  ///< learning rates of the own and of the encoder's parameters
  double beta1 = 0.9, beta2 = 0.999, weight_decay = 0;
};

/// What the steps to come depend on, copied to the CPU: float32 [size of the flat buffer] each.
struct OptimizerState {
  at::Tensor values, first_moment, second_moment;
  double updates = 0;  ///< steps of the optimizer so far
};

/// All trainable parameters in one flat buffer, their gradients in another and AdamW's two moments
/// in two more: a step, the norm of the gradient and a snapshot are one operation each. The tensors
/// given become views: they keep their values, gain gradients, and are changed by step().
class FlatParameters {
 public:
  FlatParameters(std::vector<Parameter> own, std::vector<Parameter> encoder,
                 const c10::Device& device);

  const std::vector<Parameter>& all() const { return all_; }
  std::int64_t count() const { return count_; }  ///< numbers that train
  /// The gradients of all, flat.
  const at::Tensor& gradient() const noexcept { return gradient_; }
  /// L2 norm of the whole gradient, a scalar tensor on the device.
  at::Tensor gradient_norm() const;
  void scale_gradient(double factor);
  /// One step of AdamW (decoupled weight decay on everything, epsilon 1e-8).
  void step(const StepNumbers& numbers);
  void clear_gradient();

  /// A copy of the values on the CPU, and back.
  at::Tensor snapshot() const;
  void restore(const at::Tensor& snapshot);
  /// The same with the moments.
  OptimizerState state() const;
  /// @throws std::invalid_argument for tensors of another size
  void restore(const OptimizerState& state);
  std::int64_t size() const { return values_.numel(); }  ///< of the flat buffer, gaps included

 private:
  void attach(Parameter& parameter, std::int64_t offset);
  void step_group(std::int64_t begin, std::int64_t end, double rate, const StepNumbers& numbers);

  std::vector<Parameter> all_;
  at::Tensor values_, gradient_, first_moment_, second_moment_, steps_;
  std::int64_t count_ = 0, encoder_begin_ = 0;
};

}  // namespace specbridge
