#include "train/parameters.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <stdexcept>

namespace specbridge {
namespace {

constexpr double kAdamEpsilon = 1e-8;
/// Every tensor begins at a multiple of 64 bytes, as matrix products like it; the gaps stay zero.
constexpr std::int64_t kAlignment = 16;

std::int64_t room_for(const at::Tensor& tensor) {
  return (tensor.numel() + kAlignment - 1) / kAlignment * kAlignment;
}

at::Tensor copy_of(const at::Tensor& flat) {
  return flat.detach().to(at::kCPU, at::kFloat, false, true);
}

}  // namespace

FlatParameters::FlatParameters(std::vector<Parameter> own, std::vector<Parameter> encoder,
                               const c10::Device& device)
    : all_(std::move(own)) {
  for (const auto& parameter : all_) encoder_begin_ += room_for(parameter.tensor);
  std::move(encoder.begin(), encoder.end(), std::back_inserter(all_));
  std::int64_t size = 0;
  for (const auto& parameter : all_) size += room_for(parameter.tensor);
  const auto options = at::TensorOptions().dtype(at::kFloat).device(device);
  values_ = at::zeros({size}, options);
  gradient_ = at::zeros({size}, options);
  first_moment_ = at::zeros({size}, options);
  second_moment_ = at::zeros({size}, options);
  steps_ = at::zeros({}, options);
  std::int64_t offset = 0;
  for (auto& parameter : all_) {
    attach(parameter, offset);
    offset += room_for(parameter.tensor);
    count_ += parameter.tensor.numel();
  }
}

void FlatParameters::attach(Parameter& parameter, std::int64_t offset) {
  const c10::NoGradGuard no_grad;
  at::Tensor& tensor = parameter.tensor;
  at::Tensor values = values_.narrow(0, offset, tensor.numel()).view(tensor.sizes());
  values.copy_(tensor.detach());
  tensor.set_data(values);
  tensor.requires_grad_(true);
  tensor.mutable_grad() = gradient_.narrow(0, offset, tensor.numel()).view(tensor.sizes());
}

at::Tensor FlatParameters::gradient_norm() const {
  return at::linalg_vector_norm(gradient_);
}

void FlatParameters::scale_gradient(double factor) {
  gradient_.mul_(factor);
}

void FlatParameters::clear_gradient() {
  gradient_.zero_();
}

void FlatParameters::step(const StepNumbers& numbers) {
  const c10::NoGradGuard no_grad;
  steps_.add_(1);
  step_group(0, encoder_begin_, numbers.rate, numbers);
  step_group(encoder_begin_, values_.numel(), numbers.encoder_rate, numbers);
}

void FlatParameters::step_group(std::int64_t begin, std::int64_t end, double rate,
                                const StepNumbers& numbers) {
  if (begin == end) return;
  const auto slice = [&](const at::Tensor& flat) { return flat.narrow(0, begin, end - begin); };
  const std::vector<at::Tensor> values{slice(values_)}, gradient{slice(gradient_)};
  const std::vector<at::Tensor> first{slice(first_moment_)}, second{slice(second_moment_)};
  const std::vector<at::Tensor> steps{steps_};
  at::_fused_adamw_(values, gradient, first, second, {}, steps, rate, numbers.beta1, numbers.beta2,
                    numbers.weight_decay, kAdamEpsilon, /*amsgrad=*/false, /*maximize=*/false);
}

at::Tensor FlatParameters::snapshot() const {
  return copy_of(values_);
}

OptimizerState FlatParameters::state() const {
  return {copy_of(values_), copy_of(first_moment_), copy_of(second_moment_), steps_.item<double>()};
}

void FlatParameters::restore(const OptimizerState& state) {
  const c10::NoGradGuard no_grad;
  for (const auto* tensor : {&state.values, &state.first_moment, &state.second_moment}) {
    if (tensor->numel() != size()) {
      throw std::invalid_argument("FlatParameters: a state of another size");
    }
  }
  values_.copy_(state.values);
  first_moment_.copy_(state.first_moment);
  second_moment_.copy_(state.second_moment);
  steps_.fill_(state.updates);
}

void FlatParameters::restore(const at::Tensor& snapshot) {
  const c10::NoGradGuard no_grad;
  values_.copy_(snapshot);
}

}  // namespace specbridge
