#include "train/terms/bridge_terms.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "bridge/projection.h"
#include "support/support.h"
#include "train/terms/decoy_table.h"

namespace specbridge {
namespace {

constexpr std::int64_t kSpectra = 5, kMolecules = 6, kDecoys = 7, kMost = 3, kDim = 4;

at::Tensor row_waves(std::int64_t rows, double step) {
  return unit_rows(at::cos(at::arange(rows * kDim, at::kDouble) * step).view({rows, kDim}));
}

/// Spectra 1 and 2 are of one molecule; the last one's has no decoy.
BatchView batch_of_five() {
  BatchView batch;
  batch.unit = row_waves(kSpectra, 1.3);
  batch.unit.requires_grad_(true);
  batch.molecules = at::tensor(std::vector<std::int64_t>{4, 0, 0, 5, 2}, at::kLong);
  batch.targets = batch.products = row_waves(kMolecules, 2.3);
  batch.decoy_vectors = row_waves(kDecoys, 0.7);
  batch.copies = at::cos(at::arange(kSpectra * 2 * kDim, at::kDouble) * 1.9).view({5, 2, kDim});
  batch.copies.requires_grad_(true);
  batch.decoys =
      at::tensor(std::vector<std::int64_t>{0, 1, 2, 3, 4, -1, 3, 4, -1, 5, -1, -1, -1, -1, -1},
                 at::kLong)
          .view({kSpectra, kMost});
  return batch;
}

constexpr const char* kTermOracle = R"(
import torch
import torch.nn.functional as F
def wave(rows, step):
    return F.normalize(torch.cos(torch.arange(rows * 4, dtype=torch.float64) * step).view(rows, 4))
m = torch.tensor([4, 0, 0, 5, 2])
t, d = wave(6, 2.3), wave(7, 0.7)
decoys = [[0, 1, 2], [3, 4], [3, 4], [5], []]
log_t = torch.log(torch.tensor(0.07, dtype=torch.float64)).float().double()
def mse(u, _):
    return ((u - t[m]) ** 2).sum(1).mean()
def softmax(u, _):
    return F.cross_entropy(u @ t.T / 0.2, m)
def infonce(u, log_t):
    logits = u @ t[m].T / log_t.exp()
    rows = torch.arange(5)
    total = 0
    for i in range(5):
        keep = [j for j in range(5) if j == i or m[j] != m[i]]
        total = total - torch.log_softmax(logits[i, keep], 0)[keep.index(i)] \
                      - torch.log_softmax(logits[keep, i], 0)[keep.index(i)]
    return total / 10
copies = torch.cos(torch.arange(40, dtype=torch.float64) * 1.9).view(5, 2, 4).requires_grad_()
def infonce_dual(u, log_t):
    c = F.normalize(copies, dim=2)
    total = 0
    for i in range(5):
        keep = [j for j in range(5) if j == i or m[j] != m[i]]
        to_molecules = torch.stack([u[i] @ t[m[j]] for j in keep]) / log_t.exp()
        own = t[m[i]]
        to_spectra = torch.stack([u[i] @ own, c[i, 0] @ own, c[i, 1] @ own]) / log_t.exp()
        total = total - torch.log_softmax(to_molecules, 0)[keep.index(i)]
        total = total - torch.log_softmax(to_spectra, 0)[0]
    return total / 10
def decoy(u, _):
    total = 0
    for i, rows in enumerate(decoys):
        others = [(u[i] * d[r]).sum()[None] for r in rows]
        cosines = torch.cat([(u[i] * t[m[i]]).sum()[None]] + others)
        total = total - torch.log_softmax(cosines / 0.1, 0)[0]
    return total / 5
for name, term in (("mse", mse), ("softmax", softmax), ("infonce", infonce), ("dual", infonce_dual),
                   ("decoy", decoy)):
    u, temperature = wave(5, 1.3).requires_grad_(), log_t.clone().requires_grad_()
    value = term(u, temperature)
    value.backward()
    slope = 0.0 if temperature.grad is None else temperature.grad.item()
    also = copies.grad.flatten().tolist() if name == "dual" else []
    gradients = u.grad.flatten().tolist() + also
    print(name, repr(value.item()), repr(slope), *(repr(x) for x in gradients))
)";

TEST(BridgeTerms, ValuesAndGradientsEqualThoseOfPyTorch) {
  if (!std::filesystem::exists(test::python())) GTEST_SKIP() << "no Python environment";
  const test::TemporaryFolder folder;
  const auto script = folder.write("oracle.py", kTermOracle);
  const auto oracle = test::run(test::python().string() + " " + script.string());
  ASSERT_EQ(oracle.exit_code, 0) << oracle.err;
  const std::map<std::string, Term> terms = {
      {"mse", distance_term(1)},
      {"softmax", contrastive_term(1, 0.2)},
      {"infonce", infonce_term(1, 0.07, c10::Device(c10::kCPU))},
      {"dual", infonce_dual_term(1, 0.07, Temperature::trains, c10::Device(c10::kCPU))},
      {"decoy", decoy_term(1, 0.1)}};
  std::istringstream lines(oracle.out);
  std::size_t compared = 0;
  for (std::string name; lines >> name; ++compared) {
    const Term& term = terms.at(name);
    const BatchView batch = batch_of_five();
    at::Tensor logarithm = term.log_temperature;
    if (logarithm.defined()) logarithm.requires_grad_(true);
    const at::Tensor value = term.value(batch);
    value.backward();
    double expected = 0, slope = 0;
    lines >> expected >> slope;
    EXPECT_NEAR(value.item<double>(), expected, 1e-10) << name;
    if (logarithm.defined()) {
      EXPECT_NEAR(logarithm.grad().item<double>(), slope, 1e-6) << name;  // it is float32
    }
    const at::Tensor gradient = batch.unit.grad().reshape({-1});
    for (std::int64_t i = 0; i < gradient.numel(); ++i) {
      lines >> expected;
      EXPECT_NEAR(gradient[i].item<double>(), expected, 1e-10) << name << " " << i;
    }
    if (name != "dual") continue;
    const at::Tensor of_copies = batch.copies.grad().reshape({-1});
    for (std::int64_t i = 0; i < of_copies.numel(); ++i) {
      lines >> expected;
      EXPECT_NEAR(of_copies[i].item<double>(), expected, 1e-10) << "copies " << i;
    }
  }
  EXPECT_EQ(compared, terms.size());
}

TEST(InfoNce, OfOneMoleculeAloneIsNothing) {
  BatchView batch;
  batch.unit = row_waves(3, 1.3);
  batch.molecules = at::zeros({3}, at::kLong);
  batch.targets = row_waves(1, 2.3);
  const Term term = infonce_term(1, 0.07, c10::Device(c10::kCPU));
  EXPECT_EQ(term.value(batch).item<double>(), 0);
}

TEST(InfoNceDual, TellsASpectrumFromItsCopiesAlone) {
  BatchView batch;
  batch.unit = row_waves(1, 1.3);
  batch.molecules = at::zeros({1}, at::kLong);
  batch.targets = row_waves(1, 2.3);
  batch.copies = batch.unit.view({1, 1, kDim}) * 3;  // the same direction: as likely as its own
  const Term term = infonce_dual_term(1, 0.07, Temperature::stays, c10::Device(c10::kCPU));
  EXPECT_NEAR(term.value(batch).item<double>(), std::log(2.0) / 2, 1e-12);
  EXPECT_FALSE(term.log_temperature.defined());
}

TEST(InfoNce, NeverDividesByLessThanAMillionth) {
  BatchView batch = batch_of_five();
  Term term = infonce_term(1, 1e-30, c10::Device(c10::kCPU));
  const double tiny = term.value(batch).item<double>();
  EXPECT_EQ(infonce_term(1, 1e-9, c10::Device(c10::kCPU)).value(batch).item<double>(), tiny);
  EXPECT_TRUE(std::isfinite(tiny));
}

DecoyTable five_decoys() {
  DecoyTable table;
  table.vectors = Matrix(5, 2);
  for (std::size_t i = 0; i < 5; ++i) {
    table.vectors.row(i)[0] = static_cast<float>(std::cos(0.3 * static_cast<double>(i)));
    table.vectors.row(i)[1] = static_cast<float>(std::sin(0.3 * static_cast<double>(i)));
  }
  table.of = {{4, 0, 2, 3, 1}, {2}, {}};
  return table;
}

TEST(DecoyTable, PutsTheNearestFirst) {
  DecoyTable table = five_decoys();
  Matrix targets(3, 2);
  for (std::size_t i = 0; i < 3; ++i) targets.row(i)[0] = 1;
  put_nearest_first(table, targets);
  EXPECT_EQ(table.of[0], (std::vector<std::uint32_t>{0, 1, 2, 3, 4}));
}

std::vector<std::int64_t> chosen(double progress, std::size_t most) {
  DecoyTable table = five_decoys();
  table.of[0] = {0, 1, 2, 3, 4};
  const at::Tensor rows =
      chosen_decoys(table, std::vector<std::int64_t>{0, 1, 2}, most, progress).reshape({-1});
  const std::int64_t* first = rows.const_data_ptr<std::int64_t>();
  return {first, first + rows.numel()};
}

TEST(DecoyTable, GoesFromTheFarthestToTheNearest) {
  using Rows = std::vector<std::int64_t>;
  EXPECT_EQ(chosen(0, 2), (Rows{3, 4, 2, -1, -1, -1}));
  EXPECT_EQ(chosen(0.33, 2), (Rows{2, 3, 2, -1, -1, -1}));
  EXPECT_EQ(chosen(1, 2), (Rows{0, 1, 2, -1, -1, -1}));
  EXPECT_EQ(chosen(0.5, 6),
            (Rows{0, 1, 2, 3, 4, -1, 2, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}));
}

}  // namespace
}  // namespace specbridge
