#include "bridge/projection.h"
#include "specbridge/bridge_shape.h"
#include "specbridge/precision.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <numeric>

namespace specbridge {
namespace {

constexpr BridgeShape kPaper;

std::int64_t count(const std::vector<TensorSpec>& layout, const std::string& prefix) {
  std::int64_t sum = 0;
  for (const auto& spec : layout) {
    if (!spec.name.starts_with(prefix)) continue;
    sum +=
        std::accumulate(spec.sizes.begin(), spec.sizes.end(), std::int64_t{1}, std::multiplies<>());
  }
  return sum;
}

Projection initial_projection(const ProjectionShape& shape, std::uint64_t seed) {
  return make_projection(shape, [&](const TensorSpec& spec) { return initial_value(spec, seed); });
}

TEST(Projection, HasThePapersParameterCounts) {
  const auto layout = projection_layout({kPaper, 1024, 768});
  EXPECT_EQ(count(layout, "spec.proj."), 6'299'648);
  EXPECT_EQ(count(layout, "mapB."), 26'774'272);
}

TEST(Projection, TheCodesFourBlocksHaveTheCountPublished) {
  BridgeShape shape = kPaper;
  shape.mapper_blocks = 4;
  EXPECT_EQ(count(projection_layout({shape, 1024, 768}), "mapB."), 14'173'952);
}

TEST(Projection, TensorsAreNamedAsInReleasedCheckpoints) {
  const auto layout = projection_layout({{8, 6, 1, 5}, 4, 3});
  std::vector<std::string> names;
  for (const auto& spec : layout) names.push_back(spec.name);
  EXPECT_EQ(names, (std::vector<std::string>{
                       "spec.proj.0.0.weight", "spec.proj.0.0.bias", "spec.proj.0.2.weight",
                       "spec.proj.0.2.bias", "spec.proj.1.weight", "spec.proj.1.bias", "mapB.W",
                       "mapB.bias", "mapB.blocks.0.ln.weight", "mapB.blocks.0.ln.bias",
                       "mapB.blocks.0.fc1.weight", "mapB.blocks.0.fc1.bias",
                       "mapB.blocks.0.fc2.weight", "mapB.blocks.0.fc2.bias"}));
}

TEST(Projection, TheMapStartsWithOrthonormalRows) {
  const at::Tensor w = initial_value({"mapB.W", {768, 2048}}, 1);
  const at::Tensor error = (at::matmul(w, w.t()) - at::eye(768)).abs().max();
  EXPECT_LT(error.item<double>(), 1e-6);
}

TEST(Projection, AMapWithMoreRowsThanColumnsStartsWithOrthonormalColumns) {
  const at::Tensor w = initial_value({"mapB.W", {40, 12}}, 1);
  const at::Tensor error = (at::matmul(w.t(), w) - at::eye(12)).abs().max();
  EXPECT_LT(error.item<double>(), 1e-6);
}

TEST(Projection, StartingValuesFollowTheSeed) {
  const TensorSpec spec{"spec.proj.0.0.weight", {16, 64}};
  EXPECT_TRUE(at::equal(initial_value(spec, 1), initial_value(spec, 1)));
  EXPECT_FALSE(at::equal(initial_value(spec, 1), initial_value(spec, 2)));
}

TEST(Projection, StartingValuesStayWithinTheirBounds) {
  const at::Tensor head = initial_value({"spec.proj.0.0.weight", {64, 256}}, 1);
  EXPECT_LE(head.abs().max().item<double>(), 1.0 / 16);
  EXPECT_GT(head.abs().max().item<double>(), 0.99 / 16);
  const at::Tensor fc1 = initial_value({"mapB.blocks.0.fc1.weight", {50, 100}}, 1);
  EXPECT_LE(fc1.abs().max().item<double>(), 0.14);  // 0.7 * sqrt(6 / 150)
  EXPECT_GT(fc1.abs().max().item<double>(), 0.138);
}

TEST(Projection, AtTheStartTheBlocksChangeNothing) {
  const ProjectionShape with{{16, 12, 3, 20}, 8, 6}, without{{16, 12, 0, 20}, 8, 6};
  const at::Tensor x = at::sin(at::arange(40, at::kFloat)).view({5, 8});
  const at::Tensor a = project(initial_projection(with, 3), x, Precision::float32);
  const at::Tensor b = project(initial_projection(without, 3), x, Precision::float32);
  EXPECT_TRUE(at::equal(a, b));
}

TEST(Projection, Bfloat16StaysNearFloat32) {
  const ProjectionShape shape{{64, 64, 2, 64}, 32, 48};
  const Projection projection = initial_projection(shape, 3);
  const at::Tensor x = at::sin(at::arange(320, at::kFloat)).view({10, 32});
  const at::Tensor a = unit_rows(project(projection, x, Precision::float32));
  const at::Tensor b = unit_rows(project(projection, x, Precision::bfloat16));
  EXPECT_EQ(b.scalar_type(), at::kFloat);
  EXPECT_GT((a * b).sum(-1).min().item<double>(), 0.9995);
}

}  // namespace
}  // namespace specbridge
