#include "train/objective.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <sstream>
#include <vector>

#include "bridge/model_files.h"
#include "bridge/projection.h"
#include "specbridge/bridge_shape.h"
#include "specbridge/precision.h"
#include "specbridge/train_settings.h"
#include "support/support.h"

namespace specbridge {
namespace {

const ProjectionShape kShape{{12, 10, 2, 9}, 7, 5};

TrainSettings both_terms() {
  TrainSettings settings;
  settings.contrastive_weight = 0.5;
  settings.contrastive_temperature = 0.2;
  settings.orthogonality_weight = 0.01;
  return settings;
}

/// A head and mapper in which no tensor is zero, with gradients, and a small batch.
struct Problem {
  explicit Problem(at::ScalarType type) {
    double phase = 1;
    projection = make_projection(kShape, [&](const TensorSpec& spec) {
      std::int64_t size = 1;
      for (const auto extent : spec.sizes) size *= extent;
      const at::Tensor wave = at::sin(at::arange(size, at::kDouble) * 1.7 + phase++);
      at::Tensor tensor =
          (wave * 0.4 + (spec.sizes.size() == 1 ? 0.3 : 0)).view(spec.sizes).to(type);
      tensor.requires_grad_(true);
      tensor.mutable_grad() = at::zeros_like(tensor);
      parameters.push_back({spec.name, tensor});
      return tensor;
    });
    features = at::cos(at::arange(4 * 7, at::kDouble)).view({4, 7}).to(type);
    targets = unit_rows(at::cos(at::arange(6 * 5, at::kDouble) * 2.3).view({6, 5})).to(type);
    molecules = at::tensor(std::vector<std::int64_t>{4, 0, 0, 5}, at::kLong);
  }
  BatchLoss batch(const TrainSettings& settings) const {
    return Objective(settings).of(project(projection, features, Precision::float32),
                                  {{}, molecules, targets, targets});
  }
  /// The whole loss; gradients are left in the parameters.
  double differentiate(const TrainSettings& settings) const {
    const BatchLoss loss = batch(settings);
    loss.total.backward();
    const at::Tensor error =
        add_orthogonality(projection.map.weight, settings.orthogonality_weight, Precision::float32);
    return loss.total.item<double>() + settings.orthogonality_weight * error.item<double>();
  }
  double value(const TrainSettings& settings) const {
    return batch(settings).total.item<double>() +
           settings.orthogonality_weight *
               add_orthogonality(projection.map.weight, 0, Precision::float32).item<double>();
  }

  Projection projection;
  std::vector<Parameter> parameters;
  at::Tensor features, targets, molecules;
};

/// Every term of an objective, in float64.
TrainSettings every_term(TrainingObjective objective) {
  TrainSettings settings;
  settings.objective = objective;
  settings.distance_weight = 0.7;
  settings.contrastive_weight = 0.5;
  settings.infonce_weight = 0.9;
  settings.infonce_dual_weight = 0.3;
  settings.decoy_weight = 0.4;
  settings.supcon_weight = 0.8;
  settings.triplet_weight = 0.6;
  settings.tanimoto_weight = 0.3;
  return settings;
}

struct Gradients {
  at::Tensor vectors, temperature;
  std::vector<at::Tensor> values;
};

/// What a process finds that holds some rows of a batch of six.
Gradients gradients_of(const TrainSettings& settings, std::optional<Share> share) {
  const at::Tensor vectors = at::cos(at::arange(6 * 5, at::kDouble) * 1.7).view({6, 5});
  const at::Tensor targets = unit_rows(at::cos(at::arange(4 * 5, at::kDouble) * 2.3).view({4, 5}));
  BatchView batch{
      {}, at::tensor(std::vector<std::int64_t>{3, 0, 0, 2, 3, 1}, at::kLong), targets, targets};
  if (learns_similarity(settings)) batch.targets = (targets > 0).to(at::kDouble);
  batch.precursor_mz = at::full({6}, 300.0, at::kDouble);
  batch.ion_mode = at::ones({6}, at::kDouble);
  batch.decoys = at::tensor(std::vector<std::int64_t>{0, 1, 2, -1, 1, 0}, at::kLong).view({6, 1});
  batch.copies = at::cos(at::arange(6 * 2 * 5, at::kDouble) * 1.9).view({6, 2, 5});
  batch.decoy_vectors = unit_rows(at::sin(at::arange(3 * 5, at::kDouble)).view({3, 5}));
  batch.share = share;
  const Share own = share.value_or(Share{0, 6});
  const at::Tensor mine = vectors.narrow(0, own.begin, own.size).clone().requires_grad_(true);
  const std::int64_t end = own.begin + own.size;
  const Objective objective(settings);
  const BatchLoss loss = objective.of(
      at::cat({vectors.narrow(0, 0, own.begin), mine, vectors.narrow(0, end, 6 - end)}), batch);
  loss.total.backward();
  Gradients found{at::zeros_like(vectors), {}, loss.values};
  found.vectors.narrow(0, own.begin, own.size).copy_(mine.grad());
  for (const Parameter& one : objective.parameters()) found.temperature = one.tensor.grad();
  return found;
}

class SharesOfABatch : public testing::TestWithParam<TrainingObjective> {};
INSTANTIATE_TEST_SUITE_P(Of, SharesOfABatch,
                         testing::Values(TrainingObjective::bridge, TrainingObjective::similarity));

TEST_P(SharesOfABatch, AddUpToTheWholeBatch) {
  const TrainSettings settings = every_term(GetParam());
  const Gradients whole = gradients_of(settings, {});
  const Gradients one = gradients_of(settings, Share{0, 4});
  const Gradients other = gradients_of(settings, Share{4, 2});
  EXPECT_TRUE(at::allclose(one.vectors + other.vectors, whole.vectors, 0, 1e-14));
  EXPECT_GT(whole.vectors.abs().min().item<double>(), 1e-6);
  if (whole.temperature.defined()) {
    EXPECT_TRUE(at::allclose(one.temperature, whole.temperature));  // each has it in full
  }
  const Objective objective(settings);
  for (std::size_t i = 0; i < whole.values.size(); ++i) {
    const bool by_spectrum = objective.terms()[i].sees == Sees::spectrum;
    const at::Tensor value = by_spectrum ? one.values[i] + other.values[i] : one.values[i];
    EXPECT_NEAR(value.item<double>(), whole.values[i].item<double>(), 1e-14) << i;
  }
}

TEST_P(SharesOfABatch, MayBeEmpty) {
  TrainSettings settings = every_term(GetParam());
  const Gradients none = gradients_of(settings, Share{6, 0});
  EXPECT_EQ(none.vectors.abs().sum().item<double>(), 0);
}

TEST(Objective, OfOppositeUnitVectorsIsFour) {
  const at::Tensor targets = at::eye(2);
  const auto loss =
      Objective(TrainSettings{}).of(at::eye(2) * -3, {{}, at::arange(2), targets, targets});
  EXPECT_FLOAT_EQ(loss.total.item<float>(), 4);
}

TEST(Objective, IgnoresTheLengthOfVectors) {
  const at::Tensor targets = at::eye(3);
  const auto loss =
      Objective(TrainSettings{}).of(at::eye(3) * 17, {{}, at::arange(3), targets, targets});
  EXPECT_FLOAT_EQ(loss.total.item<float>(), 0);
}

TEST(Objective, SumsOverDimensionsAndAveragesOverTheBatch) {
  const at::Tensor targets = at::eye(2);
  const at::Tensor vectors = at::tensor({1.0F, 0.0F, 1.0F, 0.0F}).view({2, 2});
  const auto loss = Objective(TrainSettings{}).of(vectors, {{}, at::arange(2), targets, targets});
  EXPECT_FLOAT_EQ(loss.values[0].item<float>(), 1);  // distances 0 and 2
}

TEST(Objective, TheContrastiveTermOfEqualCosinesIsTheLogOfTheMolecules) {
  TrainSettings settings;
  settings.contrastive_weight = 1;
  const at::Tensor targets = at::tensor({1.0F, 0.0F, -1.0F, 0.0F}).view({2, 2});
  const auto loss = Objective(settings).of(at::tensor({0.0F, 1.0F}).view({1, 2}),
                                           {{}, at::zeros({1}, at::kLong), targets, targets});
  EXPECT_NEAR((loss.total - loss.values[0]).item<double>(), 0.693147180559945, 1e-6);
}

TEST(Objective, OrthogonalityIsTheSquaredFrobeniusNorm) {
  const at::Tensor w = at::tensor({2.0F, 0.0F, 0.0F, 0.0F, 1.0F, 1.0F}).view({2, 3});
  // W W^T - I = [[3, 0], [0, 1]]
  EXPECT_FLOAT_EQ(add_orthogonality(w, 0, Precision::float32).item<float>(), 10);
  EXPECT_FLOAT_EQ(add_orthogonality(w.t(), 0, Precision::float32).item<float>(), 10);
}

TEST(Objective, GradientEqualsFiniteDifferencesInFloat64) {
  const TrainSettings settings = both_terms();
  const Problem problem(at::kDouble);
  problem.differentiate(settings);
  constexpr double kStep = 1e-6;
  for (const auto& parameter : problem.parameters) {
    at::Tensor values = parameter.tensor.detach().view({-1});
    const at::Tensor gradient = parameter.tensor.grad().view({-1});
    for (const std::int64_t i : {std::int64_t{0}, values.numel() / 2, values.numel() - 1}) {
      const double original = values[i].item<double>();
      values[i].fill_(original + kStep);
      const double above = problem.value(settings);
      values[i].fill_(original - kStep);
      const double below = problem.value(settings);
      values[i].fill_(original);
      EXPECT_NEAR(gradient[i].item<double>(), (above - below) / (2 * kStep), 1e-7)
          << parameter.name << " " << i;
    }
  }
}

constexpr const char* kLossOracle = R"(
import sys, torch
from torch import nn
import torch.nn.functional as F
from safetensors.torch import load_file
class Block(nn.Module):
    def __init__(s, d, h):
        super().__init__()
        s.ln, s.fc1, s.fc2 = nn.LayerNorm(d), nn.Linear(d, h), nn.Linear(h, d)
    def forward(s, x):
        return x + s.fc2(F.gelu(s.fc1(s.ln(x))))
class MapB(nn.Module):
    def __init__(s, i, o, h, n):
        super().__init__()
        s.W, s.bias = nn.Parameter(torch.zeros(o, i)), nn.Parameter(torch.zeros(o))
        s.blocks = nn.ModuleList(Block(o, h) for _ in range(n))
    def forward(s, x):
        x = F.linear(x, s.W, s.bias)
        for block in s.blocks:
            x = block(x)
        return x
class Net(nn.Module):
    def __init__(s):
        super().__init__()
        s.spec = nn.Module()
        mlp = nn.Sequential(nn.Linear(7, 12), nn.GELU(), nn.Linear(12, 10))
        s.spec.proj = nn.Sequential(mlp, nn.LayerNorm(10))
        s.mapB = MapB(10, 5, 9, 2)
    def forward(s, x):
        return s.mapB(s.spec.proj(x))
net = Net()
net.load_state_dict(load_file(sys.argv[1]), strict=True)
net = net.double()
x = torch.cos(torch.arange(28, dtype=torch.float64)).view(4, 7)
t = F.normalize(torch.cos(torch.arange(30, dtype=torch.float64) * 2.3).view(6, 5))
m = torch.tensor([4, 0, 0, 5])
u = F.normalize(net(x))
W = net.mapB.W
loss = ((u - t[m]) ** 2).sum(1).mean() + 0.5 * F.cross_entropy(u @ t.T / 0.2, m) \
    + 0.01 * torch.linalg.norm(W @ W.T - torch.eye(5)) ** 2
loss.backward()
print("loss", loss.item())
for name, p in net.named_parameters():
    print(name, p.grad.norm().item())
)";

TEST(Objective, LossAndGradientsEqualThoseOfPyTorchModules) {
  if (!std::filesystem::exists(test::python())) GTEST_SKIP() << "no Python environment";
  const test::TemporaryFolder folder;
  const Problem problem(at::kFloat);
  write_trained(folder / "trained.safetensors", problem.parameters);
  const auto script = folder.write("oracle.py", kLossOracle);
  const auto oracle = test::run(test::python().string() + " " + script.string() + " " +
                                (folder / "trained.safetensors").string());
  ASSERT_EQ(oracle.exit_code, 0) << oracle.err;
  std::map<std::string, double> expected;
  std::istringstream lines(oracle.out);
  for (std::string name; lines >> name;) lines >> expected[name];
  ASSERT_EQ(expected.size(), problem.parameters.size() + 1);
  EXPECT_NEAR(problem.differentiate(both_terms()), expected.at("loss"), 1e-5);
  for (const auto& parameter : problem.parameters) {
    const double norm = parameter.tensor.grad().norm().item<double>();
    EXPECT_NEAR(norm, expected.at(parameter.name), 1e-4 * (1 + norm)) << parameter.name;
  }
}

}  // namespace
}  // namespace specbridge
