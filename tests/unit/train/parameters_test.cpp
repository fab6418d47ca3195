#include "train/parameters.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <sstream>

#include "support/support.h"

namespace specbridge {
namespace {

at::Tensor wave(std::int64_t size, double phase) {
  return at::sin(at::arange(size, at::kDouble) * 0.9 + phase).to(at::kFloat);
}

const c10::Device kCpu(c10::kCPU);

TEST(FlatParameters, TensorsKeepTheirValuesAndGainGradients) {
  at::Tensor a = wave(6, 1).view({2, 3}), b = wave(5, 2);
  const FlatParameters parameters({{"a", a}}, {{"b", b}}, kCpu);
  EXPECT_TRUE(at::equal(a.detach(), wave(6, 1).view({2, 3})));
  EXPECT_TRUE(at::equal(b.detach(), wave(5, 2)));
  EXPECT_EQ(parameters.count(), 11);
  (a.sum() + 2 * b.sum()).backward();
  EXPECT_FLOAT_EQ(parameters.gradient_norm().item<float>(), 5.0990195F);  // sqrt(6 + 5 * 4)
}

TEST(FlatParameters, GradientsStayViewsOverSeveralBackwardPasses) {
  at::Tensor a = wave(4, 1);
  FlatParameters parameters({{"a", a}}, {}, kCpu);
  a.sum().backward();
  a.sum().backward();
  EXPECT_FLOAT_EQ(parameters.gradient_norm().item<float>(), 4);
  parameters.clear_gradient();
  EXPECT_FLOAT_EQ(a.grad().abs().max().item<float>(), 0);
}

TEST(FlatParameters, RestoringASnapshotBringsTheValuesBack) {
  at::Tensor a = wave(4, 1);
  FlatParameters parameters({{"a", a}}, {}, kCpu);
  const at::Tensor before = parameters.snapshot();
  a.sum().backward();
  parameters.step({0.1, 0.1});
  EXPECT_FALSE(at::equal(a.detach(), wave(4, 1)));
  parameters.restore(before);
  EXPECT_TRUE(at::equal(a.detach(), wave(4, 1)));
}

TEST(FlatParameters, AnEncoderRateOfZeroLeavesTheEncoder) {
  at::Tensor a = wave(4, 1), b = wave(4, 2);
  FlatParameters parameters({{"a", a}}, {{"b", b}}, kCpu);
  (a.sum() + b.sum()).backward();
  parameters.step({0.1, 0});
  EXPECT_FALSE(at::equal(a.detach(), wave(4, 1)));
  EXPECT_TRUE(at::equal(b.detach(), wave(4, 2)));
}

constexpr const char* kStepOracle = R"(
import torch
def wave(n, phase): return torch.sin(torch.arange(n, dtype=torch.float64) * 0.9 + phase).float()
a, b = torch.nn.Parameter(wave(20, 1)), torch.nn.Parameter(wave(7, 2))
groups = [dict(params=[a], lr=0.01), dict(params=[b], lr=0.003)]
opt = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.1)
for t in range(20):
    a.grad, b.grad = wave(20, 3 * t), wave(7, 5 * t) * 4
    opt.step()
print(" ".join(repr(v) for v in [*a.tolist(), *b.tolist()]))
)";

TEST(FlatParameters, TwentyStepsEqualTorchsAdamW) {
  if (!std::filesystem::exists(test::python())) GTEST_SKIP() << "no Python environment";
  at::Tensor a = wave(20, 1), b = wave(7, 2);
  FlatParameters parameters({{"a", a}}, {{"b", b}}, kCpu);
  for (int t = 0; t < 20; ++t) {
    a.grad().copy_(wave(20, 3 * t));
    b.grad().copy_(wave(7, 5 * t) * 4);
    parameters.step({0.01, 0.003, 0.9, 0.98, 0.1});
  }
  const test::TemporaryFolder folder;
  const auto oracle =
      test::run(test::python().string() + " " + folder.write("o.py", kStepOracle).string());
  ASSERT_EQ(oracle.exit_code, 0) << oracle.err;
  std::istringstream values(oracle.out);
  const at::Tensor ours = at::cat({a.detach(), b.detach()});
  for (std::int64_t i = 0; i < ours.numel(); ++i) {
    double expected = 0;
    ASSERT_TRUE(values >> expected);
    EXPECT_NEAR(ours[i].item<double>(), expected, 1e-6) << i;
  }
}

}  // namespace
}  // namespace specbridge
