#include "train/trainer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <map>
#include <sstream>

#include "base/json.h"
#include "specbridge/bridge_shape.h"
#include "specbridge/error.h"
#include "specbridge/precision.h"
#include "specbridge/train_settings.h"
#include "specbridge/training_result.h"
#include "store/safetensors.h"
#include "support/support.h"
#include "toy_problem.h"

namespace specbridge {
namespace {

using test::message_of;
using test::slurp;
using test::TemporaryFolder;
using test::toy_context;
using test::toy_problem;
using test::toy_settings;

std::vector<Json> metrics_of(const TemporaryFolder& folder) {
  std::vector<Json> lines;
  std::istringstream text(slurp(folder / "metrics.jsonl"));
  for (std::string line; std::getline(text, line);) lines.push_back(Json::parse(line));
  return lines;
}

TrainingResult train(const TrainingInput& input, const TrainSettings& settings,
                     const TemporaryFolder& folder, Precision precision = Precision::float32) {
  return train_model(input, settings, precision, folder.path(), toy_context());
}

class Trainer : public testing::Test {
 protected:
  void SetUp() override { SKIP_WITHOUT_ENCODER(); }
};

TEST_F(Trainer, LearnsEightExamplesByHeart) {
  const TemporaryFolder folder;
  auto settings = toy_settings();
  settings.epochs = 300;
  const auto result = train(toy_problem(8, 1), settings, folder);
  EXPECT_EQ(result.steps, 300U);
  EXPECT_LT(result.final_loss, 0.05);  // random unit vectors start at 2
}

TEST_F(Trainer, LossFallsInBfloat16Too) {
  const TemporaryFolder folder;
  auto settings = toy_settings();
  settings.epochs = 100;
  const auto result = train(toy_problem(8, 1), settings, folder, Precision::bfloat16);
  EXPECT_LT(result.final_loss, 0.5);
}

TEST_F(Trainer, AFrozenEncoderStillTrainsHeadAndMapper) {
  const TemporaryFolder folder;
  auto settings = toy_settings();
  settings.trainable_blocks = "0";
  settings.epochs = 200;
  const auto result = train(toy_problem(8, 1), settings, folder);
  EXPECT_LT(result.final_loss, 0.5);
  EXPECT_EQ(result.trained_blocks, 0U);
  // head 32-24-20 with norm, W 20-16, one block 16-28-16
  EXPECT_EQ(result.trained_parameters, 792U + 500U + 40U + 336U + 32U + 476U + 464U);
}

TEST_F(Trainer, TheContrastiveTermTrains) {
  const TemporaryFolder folder;
  auto settings = toy_settings();
  settings.contrastive_weight = 1;
  settings.epochs = 100;
  train(toy_problem(8, 2), settings, folder);
  const auto lines = metrics_of(folder);
  EXPECT_LT(lines.back()["loss"].get<double>(), 0.5 * lines.front()["loss"].get<double>());
}

TEST_F(Trainer, EveryTrainedTensorIsWrittenUnderItsName) {
  const TemporaryFolder folder;
  auto settings = toy_settings();
  settings.trainable_blocks = "1";
  settings.max_steps = 1;
  train(toy_problem(4, 2), settings, folder);
  const auto tensors = read_safetensors(folder / "trained.safetensors");
  EXPECT_EQ(tensors.at("mapB.W").shape, (std::vector<std::int64_t>{16, 20}));
  EXPECT_EQ(tensors.at("spec.proj.0.0.weight").shape, (std::vector<std::int64_t>{24, 32}));
  EXPECT_EQ(tensors.count("spectrum_encoder.blocks.1.attention"), 1U);
  EXPECT_EQ(tensors.count("spectrum_encoder.blocks.0.attention"), 0U);
}

class SameBytes : public Trainer, public testing::WithParamInterface<std::size_t> {};

TEST_P(SameBytes, TheSameSeedAndThreadsGiveTheSameFiles) {
  auto settings = toy_settings();
  settings.molecule_weight_power = 0.5;
  settings.drop_peak_probability = 0.2;
  settings.intensity_jitter = 0.1;
  settings.dropout = 0.1;
  settings.contrastive_weight = 0.5;
  const auto input = toy_problem(10, 4);
  const TemporaryFolder a, b;
  train_model(input, settings, Precision::bfloat16, a.path(), toy_context(GetParam()));
  train_model(input, settings, Precision::bfloat16, b.path(), toy_context(GetParam()));
  for (const char* file : {"trained.safetensors", "metrics.jsonl", "mean_target.f32"}) {
    EXPECT_FALSE(slurp(a / file).empty()) << file;
    EXPECT_EQ(slurp(a / file), slurp(b / file)) << file;
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, SameBytes, testing::Values(1, 2));

TEST_F(Trainer, AnotherSeedGivesOtherWeights) {
  const auto input = toy_problem(4, 2);
  const TemporaryFolder a, b;
  auto context = toy_context();
  train_model(input, toy_settings(), Precision::float32, a.path(), context);
  context.seed = 6;
  train_model(input, toy_settings(), Precision::float32, b.path(), context);
  EXPECT_NE(slurp(a / "trained.safetensors"), slurp(b / "trained.safetensors"));
}

TEST_F(Trainer, MetricsHaveALineForEveryStep) {
  const TemporaryFolder folder;
  auto settings = toy_settings();
  settings.epochs = 3;
  train(toy_problem(8, 2), settings, folder);  // 16 spectra, 2 batches an epoch
  const auto lines = metrics_of(folder);
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines[3]["step"], 4);
  EXPECT_EQ(lines[3]["epoch"], 1);
  for (const char* key : {"loss", "mse", "orthogonality_error", "learning_rate", "grad_norm"}) {
    EXPECT_TRUE(lines[3].at(key).is_number()) << key;
  }
}

/// Validation that returns prepared figures and remembers what it was shown.
struct Judge {
  std::vector<ValidationFigures> figures;
  std::vector<std::vector<float>> seen;
  std::function<ValidationFigures(const Matrix&)> function() {
    return [this](const Matrix& vectors) {
      seen.emplace_back(vectors.values().begin(), vectors.values().end());
      return figures.at(seen.size() - 1);
    };
  }
};

TEST_F(Trainer, KeepsTheWeightsOfTheBestValidation) {
  auto input = toy_problem(8, 1);
  input.validation = {input.examples[0].input};
  Judge judge{{{0, 0.2, 0, 0.1}, {0, 0.7, 0, 0.1}, {0, 0.7, 0, 0.3}, {0, 0.6, 0, 0.9}}, {}};
  input.validate = judge.function();
  auto settings = toy_settings();
  settings.epochs = 8;
  settings.validations = 4;
  const TemporaryFolder folder;
  const auto result = train(input, settings, folder);
  EXPECT_EQ(result.steps, 8U);
  EXPECT_EQ(result.best_step, 6U);
  ASSERT_TRUE(result.best);
  EXPECT_EQ(result.best->mrr, 0.3);
  // The weights on disk are those of step 6: a run that ends there and then gives them, too.
  Judge last{{{0, 0.1, 0, 0}, {0, 0.2, 0, 0}, {0, 0.3, 0, 0}, {0, 0.1, 0, 0}}, {}};
  input.validate = last.function();
  const TemporaryFolder again;
  EXPECT_EQ(train(input, settings, again).best_step, 6U);
  EXPECT_EQ(slurp(folder / "trained.safetensors"), slurp(again / "trained.safetensors"));
}

TEST_F(Trainer, KeepsTheWeightsThatAreBestByTheFigureAskedFor) {
  auto input = toy_problem(8, 1);
  input.validation = {input.examples[0].input};
  auto settings = toy_settings();
  settings.epochs = 8;
  settings.validations = 4;
  const std::map<std::string, std::size_t> best_step = {
      {"recall@1", 2}, {"recall@5", 6}, {"mrr", 8}};
  for (const auto& [figure, step] : best_step) {
    Judge judge{{{0.4, 0.2, 0, 0.1}, {0.4, 0.7, 0, 0.1}, {0.1, 0.7, 0, 0.3}, {0.2, 0.6, 0, 0.9}},
                {}};
    judge.figures[0].mrr = 0.2;  // of equal ones the better MRR
    input.validate = judge.function();
    settings.keep_best_by = figure;
    const TemporaryFolder folder;
    EXPECT_EQ(train(input, settings, folder).best_step, step) << figure;
  }
}

TEST_F(Trainer, ValidationLinesStandInTheMetrics) {
  auto input = toy_problem(4, 1);
  input.validation = {input.examples[0].input};
  Judge judge{{{0.1, 0.2, 0.3, 0.4}}, {}};
  input.validate = judge.function();
  auto settings = toy_settings();
  settings.epochs = 2;
  settings.validations = 1;
  const TemporaryFolder folder;
  train(input, settings, folder);
  const auto line = metrics_of(folder).back();
  EXPECT_EQ(line["step"], 2);
  EXPECT_EQ(line["validation"]["recall_at_5"], 0.2);
  EXPECT_EQ(line["validation"]["mrr"], 0.4);
}

TEST_F(Trainer, AnInterruptBeforeTheFirstStepLeavesNoModel) {
  const std::atomic<bool> flag{true};
  auto context = toy_context();
  context.interrupt = &flag;
  const TemporaryFolder folder;
  EXPECT_EQ(test::message_of([&] {
              train_model(toy_problem(8, 1), toy_settings(), Precision::float32, folder.path(),
                          context);
            }),
            "interrupted; nothing was published");
}

TEST_F(Trainer, MeanTargetIsWeightedAsTrainingSamples) {
  auto input = toy_problem(2, 1);
  for (int i = 0; i < 3; ++i) input.examples.push_back(input.examples[0]);
  auto settings = toy_settings();
  settings.max_steps = 1;
  settings.molecule_weight_power =
      1;  // four spectra of one molecule count as much as one of the other
  const TemporaryFolder folder;
  train(input, settings, folder);
  const std::string bytes = slurp(folder / "mean_target.f32");
  ASSERT_EQ(bytes.size(), 16 * sizeof(float));
  std::vector<float> expected;
  for (std::size_t c = 0; c < 16; ++c) {
    expected.push_back(input.targets.row(0)[c] + input.targets.row(1)[c]);
  }
  normalize(expected);
  const auto* mean = reinterpret_cast<const float*>(bytes.data());
  for (std::size_t c = 0; c < 16; ++c) EXPECT_NEAR(mean[c], expected[c], 1e-6);
}

TEST_F(Trainer, StopsWhenTheLossIsNotFiniteThreeTimesInARow) {
  auto input = toy_problem(4, 2);
  input.targets.row(0)[0] = std::nanf("");
  input.targets.row(1)[0] = input.targets.row(2)[0] = input.targets.row(3)[0] = std::nanf("");
  const TemporaryFolder folder;
  EXPECT_EQ(message_of([&] { train(input, toy_settings(), folder); }),
            "training: the loss was not finite 3 steps in a row (step 3); lower learning_rate (now "
            "0.003)");
}

TEST_F(Trainer, RefusesMoreTrainableBlocksThanTheEncoderHas) {
  auto settings = toy_settings();
  settings.trainable_blocks = "9";
  const TemporaryFolder folder;
  EXPECT_EQ(message_of([&] { train(toy_problem(2, 1), settings, folder); }),
            "trainable_blocks: found 9, but " + test::tiny_encoder().string() +
                " has 2 blocks; expected 0 to 2, or all");
}

TEST_F(Trainer, RefusesToTrainOnNothing) {
  auto input = toy_problem(2, 1);
  input.examples.clear();
  const TemporaryFolder folder;
  EXPECT_EQ(message_of([&] { train(input, toy_settings(), folder); }),
            "training: found no spectrum to train on; expected spectra with structures");
}

}  // namespace
}  // namespace specbridge
