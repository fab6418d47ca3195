#include "bridge/projection.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <cmath>
#include <span>

#include "base/random.h"
#include "nn/tensors.h"
#include "nn/torch_runtime.h"
#include "specbridge/precision.h"
#include "store/file.h"

namespace specbridge {
namespace {

constexpr double kNormEpsilon = 1e-5;
constexpr double kUnitEpsilon = 1e-12;
constexpr double kBlockGain = 0.7;

using Sizes = std::vector<std::int64_t>;

void add_affine(std::vector<TensorSpec>& layout, const std::string& name, const Sizes& weight) {
  layout.push_back({name + ".weight", weight});
  layout.push_back({name + ".bias", {weight.front()}});
}

at::Tensor linear(const Affine& layer, const at::Tensor& x, Precision precision) {
  if (precision == Precision::float32) return at::linear(x, layer.weight, layer.bias);
  const at::Tensor product = at::linear(x.to(at::kBFloat16), layer.weight.to(at::kBFloat16));
  return product.to(at::kFloat) + layer.bias;
}

at::Tensor layer_norm(const Affine& norm, const at::Tensor& x) {
  return at::layer_norm(x, norm.weight.sizes(), norm.weight, norm.bias, kNormEpsilon);
}

at::Tensor uniform(const Sizes& sizes, double bound, Random random) {
  at::Tensor result = at::empty(sizes, at::kFloat);
  for (float& value :
       std::span(result.mutable_data_ptr<float>(), static_cast<std::size_t>(result.numel()))) {
    value = static_cast<float>(bound * (2 * random.uniform() - 1));
  }
  return result;
}

/// Orthonormal along the shorter side: Q of a normal matrix, with the signs that make it unique.
at::Tensor semi_orthogonal(const Sizes& sizes, Random random) {
  const IntraOpThreads one(1);  // the bits must not depend on --threads
  const std::int64_t longer = std::max(sizes[0], sizes[1]), shorter = std::min(sizes[0], sizes[1]);
  at::Tensor normal = at::empty({longer, shorter}, at::kDouble);
  for (double& value :
       std::span(normal.mutable_data_ptr<double>(), static_cast<std::size_t>(normal.numel()))) {
    value = random.normal();
  }
  const auto [q, r] = at::linalg_qr(normal);
  const at::Tensor unique = q * at::sign(r.diagonal());
  return (sizes[0] < sizes[1] ? unique.t() : unique).to(at::kFloat).contiguous();
}

bool ends_with(const std::string& text, std::string_view end) {
  return text.ends_with(end);
}

}  // namespace

std::vector<TensorSpec> projection_layout(const ProjectionShape& shape) {
  const auto size = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  const std::int64_t head_hidden = size(shape.bridge.head_hidden), dim = size(shape.dim);
  const std::int64_t head_out = size(shape.bridge.head_out);
  const std::int64_t hidden = size(shape.bridge.mapper_hidden);
  std::vector<TensorSpec> layout;
  add_affine(layout, "spec.proj.0.0", {head_hidden, size(shape.encoder_dim)});
  add_affine(layout, "spec.proj.0.2", {head_out, head_hidden});
  add_affine(layout, "spec.proj.1", {head_out});
  layout.push_back({kMapWeight, {dim, head_out}});
  layout.push_back({"mapB.bias", {dim}});
  for (std::size_t k = 0; k < shape.bridge.mapper_blocks; ++k) {
    const std::string block = fmt::format("mapB.blocks.{}", k);
    add_affine(layout, block + ".ln", {dim});
    add_affine(layout, block + ".fc1", {hidden, dim});
    add_affine(layout, block + ".fc2", {dim, hidden});
  }
  return layout;
}

Projection make_projection(const ProjectionShape& shape,
                           const std::function<at::Tensor(const TensorSpec&)>& tensor_named) {
  const auto layout = projection_layout(shape);
  std::size_t next = 0;
  const auto affine = [&] {
    Affine result;
    result.weight = tensor_named(layout[next++]);
    result.bias = tensor_named(layout[next++]);
    return result;
  };
  Projection projection;
  projection.head_in = affine();
  projection.head_out = affine();
  projection.head_norm = affine();
  projection.map = affine();
  while (next < layout.size()) {
    Projection::Block block;
    block.norm = affine();
    block.in = affine();
    block.out = affine();
    projection.blocks.push_back(std::move(block));
  }
  return projection;
}

at::Tensor initial_value(const TensorSpec& spec, std::uint64_t seed, MapStart start) {
  const Random random(seed, xxhash64(spec.name));
  if (spec.name == kMapWeight && start == MapStart::orthogonal) {
    return semi_orthogonal(spec.sizes, random);
  }
  if (spec.sizes.size() == 1) {
    const bool scale = ends_with(spec.name, ".weight");
    return scale ? at::ones(spec.sizes) : at::zeros(spec.sizes);
  }
  if (ends_with(spec.name, ".fc2.weight")) return at::zeros(spec.sizes);
  const double out = static_cast<double>(spec.sizes[0]), in = static_cast<double>(spec.sizes[1]);
  const double xavier = std::sqrt(6 / (in + out));
  if (spec.name == kMapWeight) return uniform(spec.sizes, xavier, random);
  const bool in_block = ends_with(spec.name, ".fc1.weight");
  return uniform(spec.sizes, in_block ? kBlockGain * xavier : 1 / std::sqrt(in), random);
}

at::Tensor procrustes_map(MatrixView from, MatrixView to) {
  const c10::NoGradGuard no_grad;
  const IntraOpThreads one(1);  // the bits must not depend on --threads
  const at::Tensor x = to_tensor(from).to(at::kDouble), y = to_tensor(to).to(at::kDouble);
  const auto [u, values, v] = at::linalg_svd(at::matmul(y.t(), x), /*full_matrices=*/false);
  return at::matmul(u, v).to(at::kFloat).contiguous();
}

at::Tensor project(const Projection& p, const at::Tensor& features, Precision precision) {
  const at::Tensor hidden = at::gelu(linear(p.head_in, features, precision));
  const at::Tensor head = layer_norm(p.head_norm, linear(p.head_out, hidden, precision));
  at::Tensor x = linear(p.map, head, precision);
  for (const auto& block : p.blocks) {
    const at::Tensor inner = at::gelu(linear(block.in, layer_norm(block.norm, x), precision));
    x = x + linear(block.out, inner, precision);
  }
  return x;
}

at::Tensor unit_rows(const at::Tensor& rows) {
  return rows / at::linalg_vector_norm(rows, 2, at::IntArrayRef{-1}, true).clamp_min(kUnitEpsilon);
}

}  // namespace specbridge
