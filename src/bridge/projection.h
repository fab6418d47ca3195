#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "specbridge/bridge_shape.h"
#include "specbridge/precision.h"

namespace specbridge {

/// Name and shape of one tensor of the trained part.
struct TensorSpec {
  std::string name;
  std::vector<std::int64_t> sizes;
};

/// The part between a spectrum encoder and the molecule space: how wide it is on both sides, and
/// what lies between.
struct ProjectionShape {
  BridgeShape bridge;
  std::size_t encoder_dim = 0, dim = 0;
};

/// The tensors of head and mapper in the order of the file. Names are those of the released
/// checkpoints: spec.proj.0.0 and .0.2 (head linears), spec.proj.1 (head norm), mapB.W [dim,
/// head_out] with mapB.bias, mapB.blocks.{k}.ln|fc1|fc2. Linear weights are [out, in].
std::vector<TensorSpec> projection_layout(const ProjectionShape& shape);

/// A weight matrix [out, in] or scale [n] with its bias.
struct Affine {
  at::Tensor weight, bias;
};

/// Head and mapper as tensors: blocks(W head(x)), head = LayerNorm(Linear(GELU(Linear(x)))),
/// block(x) = x + fc2(GELU(fc1(LayerNorm(x)))).
struct Projection {
  struct Block {
    Affine norm, in, out;
  };
  Affine head_in, head_out, head_norm, map;
  std::vector<Block> blocks;
};

/// Takes every tensor of the layout from `tensor_named`.
Projection make_projection(const ProjectionShape& shape,
                           const std::function<at::Tensor(const TensorSpec&)>& tensor_named);

/// The name of the mapper's W.
inline constexpr const char* kMapWeight = "mapB.W";

/// How W starts.
enum class MapStart : std::uint8_t { orthogonal, xavier };

/// Starting values on the CPU, a function of seed, name and shape alone: head linears uniform
/// within 1 / sqrt(in); W with orthonormal rows (columns, when it has more rows), or Xavier
/// uniform; fc1 Xavier uniform with gain 0.7; fc2 and biases zero, so the mapper starts as W;
/// norms 1.
at::Tensor initial_value(const TensorSpec& spec, std::uint64_t seed,
                         MapStart start = MapStart::orthogonal);

/// The W with orthonormal rows (columns, when it has more rows) that brings W x nearest to y in the
/// mean over rows x of `from` [rows, head_out] and y of `to` [rows, dim]: the solution of
/// Procrustes' problem (Schoenemann, Psychometrika 1966, 31, 1). The same bits on any number of
/// threads.
at::Tensor procrustes_map(MatrixView from, MatrixView to);

/// Encoder vectors [batch, encoder_dim] to the molecule space [batch, dim], not normalised. With
/// bfloat16 the matrix products run in that type; norms, residuals and sums stay float32.
at::Tensor project(const Projection& projection, const at::Tensor& features, Precision precision);

/// Rows scaled to unit L2 length; a zero row stays zero.
at::Tensor unit_rows(const at::Tensor& rows);

}  // namespace specbridge
