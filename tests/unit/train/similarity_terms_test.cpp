#include "train/terms/similarity_terms.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "bridge/projection.h"
#include "support/support.h"

namespace specbridge {
namespace {

/// Vectors at these angles (degrees) in a plane, so that cosines are those of the differences.
at::Tensor at_angles(const std::vector<double>& degrees) {
  std::vector<float> values;
  for (const double angle : degrees) {
    values.push_back(static_cast<float>(std::cos(angle * M_PI / 180)));
    values.push_back(static_cast<float>(std::sin(angle * M_PI / 180)));
  }
  return at::tensor(values).view({-1, 2});
}

BatchView batch_of(const std::vector<double>& degrees, const std::vector<std::int64_t>& molecules,
                   const std::vector<float>& precursors, const std::vector<float>& modes = {}) {
  BatchView batch;
  batch.unit = at_angles(degrees);
  batch.molecules = at::tensor(molecules, at::kLong);
  batch.precursor_mz = at::tensor(precursors, at::kFloat);
  batch.ion_mode =
      at::tensor(modes.empty() ? std::vector<float>(precursors.size(), 1) : modes, at::kFloat);
  return batch;
}

double value_of(const Term& term, const BatchView& batch) {
  return term.value(batch).item<double>();
}

TEST(SupconTerm, OfOneReplicateAmongEqualCosinesIsTheLogOfTheOthers) {
  // Three spectra whose vectors are equal: each of the pair has one replicate among two others.
  const auto batch = batch_of({0, 0, 0}, {4, 4, 9}, {100, 100, 100});
  EXPECT_NEAR(value_of(supcon_term(1, 0.1, Nearness::all), batch), std::log(2.0), 1e-6);
}

TEST(SupconTerm, IsSmallWhereReplicatesAreNearAndOthersFar) {
  const auto batch = batch_of({0, 0, 180, 180}, {0, 0, 1, 1}, {1, 1, 1, 1});
  // log(1 + 2 exp(-2 / 0.5)) of every spectrum
  EXPECT_NEAR(value_of(supcon_term(1, 0.5, Nearness::all), batch), std::log(1 + 2 * std::exp(-4.0)),
              1e-6);
}

TEST(SupconTerm, OfABatchWithoutReplicatesIsZero) {
  EXPECT_EQ(value_of(supcon_term(1, 0.1, Nearness::all), batch_of({0, 90}, {0, 1}, {1, 1})), 0);
  EXPECT_EQ(value_of(supcon_term(1, 0.1, Nearness::all), batch_of({0}, {0}, {1})), 0);
}

TEST(SupconTerm, OfAnyReplicateIsContentWithOne) {
  // From 0 the replicates are at 0 and 180, the other at 90.
  const auto batch = batch_of({0, 0, 180, 90}, {0, 0, 0, 1}, {1, 1, 1, 1});
  const double pair =
      -std::log((std::exp(4.0) + std::exp(-4.0)) / (std::exp(4.0) + std::exp(-4.0) + 1));
  const double far = -std::log(2 * std::exp(-4.0) / (2 * std::exp(-4.0) + 1));
  EXPECT_NEAR(value_of(supcon_term(1, 0.25, Nearness::any), batch), (2 * pair + far) / 3, 1e-5);
}

TEST(TripletTerm, ComparesTheNearestOtherWithTheNearestReplicate) {
  // From 0: replicates at 60 and 120, others at 90 (same precursor). From 60: a replicate at 0 and
  // at 120 (cosine 1/2), the other at 30 away. From 120: a replicate at 60, the other at 30 away.
  // The spectrum at 90 has no replicate.
  const auto batch = batch_of({0, 60, 120, 90}, {0, 0, 0, 1}, {500, 500, 500, 500});
  const double near = std::cos(M_PI / 6);
  const double expected = ((0.0 - 0.5 + 0.6) + 2 * (near - 0.5 + 0.6)) / 3;
  EXPECT_NEAR(value_of(triplet_term(1, 0.6, 10), batch), expected, 1e-6);
}

TEST(TripletTerm, LooksAtEqualPrecursorsOfOneIonModeOnly) {
  const Term term = triplet_term(1, 0.5, 10);
  // 10 ppm of 500 are 0.005.
  EXPECT_GT(value_of(term, batch_of({0, 90, 0}, {0, 0, 1}, {500, 500, 500.004F})), 0);
  EXPECT_EQ(value_of(term, batch_of({0, 90, 0}, {0, 0, 1}, {500, 500, 500.006F})), 0);
  EXPECT_EQ(value_of(term, batch_of({0, 90, 0}, {0, 0, 1}, {500, 500, 500}, {1, 1, -1})), 0);
  EXPECT_GT(value_of(term, batch_of({0, 90, 0}, {0, 0, 1}, {500, 500, 500}, {1, 1, 0})), 0)
      << "an ion mode that is not known may be any";
}

TEST(TripletTerm, IsZeroWhereTheReplicateIsNearerByTheMargin) {
  EXPECT_EQ(value_of(triplet_term(1, 0.9, 10), batch_of({0, 0, 90}, {0, 0, 1}, {1, 1, 1})), 0);
}

TEST(TanimotoTerm, IsTheMeanSquaredDistanceOverPairs) {
  auto batch = batch_of({0, 90}, {1, 0}, {1, 1});
  // Two of three bits in common: Tanimoto 1/2 of a cosine 0.
  batch.targets = at::tensor({1.0F, 1.0F, 1.0F, 0.0F, 1.0F, 1.0F, 0.0F, 1.0F}).view({2, 4});
  EXPECT_NEAR(value_of(tanimoto_term(1), batch), 0.25, 1e-6);
}

TEST(TanimotoTerm, TakesMoleculesWithoutBitsForEqual) {
  auto batch = batch_of({0, 0}, {0, 1}, {1, 1});
  batch.targets = at::zeros({2, 4});
  EXPECT_NEAR(value_of(tanimoto_term(1), batch), 0, 1e-6);
}

/// The same losses written pair by pair, with PyTorch's gradients.
constexpr const char* kOracle = R"(
import torch
import torch.nn.functional as F
n, tau, margin = 7, 0.2, 0.3
x = torch.cos(torch.arange(n * 5, dtype=torch.float64) * 1.3 + 0.2).view(n, 5).requires_grad_(True)
molecule = [0, 1, 0, 2, 1, 0, 3]
mz = [300.0, 300.001, 300.0, 300.002, 300.001, 450.0, 300.0]
mode = [1, 1, 1, 0, 1, 1, -1]
bits = (torch.cos(torch.arange(4 * 12, dtype=torch.float64) * 2.1) > 0).double().view(4, 12)
u = F.normalize(x)
c = [[torch.dot(u[i], u[j]) for j in range(n)] for i in range(n)]
near = lambda i, j: abs(mz[i] - mz[j]) <= 1e-5 * max(mz[i], mz[j]) and mode[i] * mode[j] >= 0
supcon, supcon_any, triplet, tanimoto = [], [], [], []
for i in range(n):
    others = [j for j in range(n) if j != i]
    replicates = [j for j in others if molecule[j] == molecule[i]]
    if replicates:
        total = sum(torch.exp(c[i][j] / tau) for j in others)
        logs = [torch.log(torch.exp(c[i][j] / tau) / total) for j in replicates]
        supcon.append(-sum(logs) / len(logs))
        near_ones = sum(torch.exp(c[i][j] / tau) for j in replicates)
        supcon_any.append(-torch.log(near_ones / total))
    wrong = [j for j in others if molecule[j] != molecule[i] and near(i, j)]
    right = [j for j in replicates if near(i, j)]
    if wrong and right:
        best = max(right, key=lambda j: c[i][j].item())
        worst = max(wrong, key=lambda j: c[i][j].item())
        triplet.append(torch.clamp(margin + c[i][worst] - c[i][best], min=0))
    for j in others:
        a, b = bits[molecule[i]], bits[molecule[j]]
        tanimoto.append((c[i][j] - (a * b).sum() / torch.clamp(a + b, max=1).sum()) ** 2)
for values in (supcon, supcon_any, triplet, tanimoto):
    loss = sum(values) / len(values)
    gradient, = torch.autograd.grad(loss, x, retain_graph=True)
    print(loss.item(), gradient.norm().item())
)";

TEST(SimilarityTerms, ValuesAndGradientsEqualThoseOfPyTorchPairByPair) {
  if (!std::filesystem::exists(test::python())) GTEST_SKIP() << "no Python environment";
  const test::TemporaryFolder folder;
  const auto script = folder.write("oracle.py", kOracle);
  const auto oracle = test::run(test::python().string() + " " + script.string());
  ASSERT_EQ(oracle.exit_code, 0) << oracle.err;
  std::istringstream expected(oracle.out);
  BatchView batch;
  batch.molecules = at::tensor(std::vector<std::int64_t>{0, 1, 0, 2, 1, 0, 3}, at::kLong);
  batch.precursor_mz =
      at::tensor(std::vector<float>{300, 300.001F, 300, 300.002F, 300.001F, 450, 300}, at::kFloat);
  batch.ion_mode = at::tensor(std::vector<float>{1, 1, 1, 0, 1, 1, -1}, at::kFloat);
  batch.targets =
      (at::cos(at::arange(4 * 12, at::kDouble) * 2.1) > 0).to(at::kDouble).view({4, 12});
  for (const Term& term : {supcon_term(1, 0.2, Nearness::all), supcon_term(1, 0.2, Nearness::any),
                           triplet_term(1, 0.3, 10), tanimoto_term(1)}) {
    at::Tensor x = at::cos(at::arange(7 * 5, at::kDouble) * 1.3 + 0.2).view({7, 5});
    x.requires_grad_(true);
    batch.unit = unit_rows(x);
    const at::Tensor loss = term.value(batch);
    loss.backward();
    double value = 0, gradient = 0;
    expected >> value >> gradient;
    EXPECT_GT(gradient, 0.01) << term.logged_as;
    EXPECT_NEAR(loss.item<double>(), value, 1e-9) << term.logged_as;
    EXPECT_NEAR(x.grad().norm().item<double>(), gradient, 1e-9) << term.logged_as;
  }
}

}  // namespace
}  // namespace specbridge
