#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/random.h"
#include "specbridge/error.h"
#include "specbridge/precision.h"
#include "specbridge/train_settings.h"
#include "specbridge/training_result.h"
#include "support/support.h"
#include "toy_problem.h"
#include "train/checkpoint.h"
#include "train/trainer.h"

namespace specbridge {
namespace {

using test::message_of;
using test::slurp;
using test::TemporaryFolder;
using test::toy_context;
using test::toy_problem;
using test::toy_settings;

/// Keeps every state there was.
class States final : public CheckpointPlace {
 public:
  explicit States(const TemporaryFolder& folder) : folder_(folder) {}
  std::vector<std::filesystem::path> newest_first() const override {
    std::vector<std::filesystem::path> files;
    for (const std::size_t steps : steps_) files.insert(files.begin(), file_after(steps));
    return files;
  }
  std::filesystem::path file_after(std::size_t steps) const override {
    return folder_ / ("state" + std::to_string(steps));
  }
  void written(std::size_t steps) override { steps_.push_back(steps); }
  const std::vector<std::size_t>& steps() const { return steps_; }

 private:
  const TemporaryFolder& folder_;
  std::vector<std::size_t> steps_;
};

/// Asks the training to end once so many steps are done.
class Interrupter final : public Reporter {
 public:
  explicit Interrupter(std::size_t step) : step_(step) {}
  void info(std::string_view) override {}
  void warning(std::string_view text) override { warnings.emplace_back(text); }
  void progress(std::string_view stage, std::size_t done, std::size_t, std::string_view) override {
    if (stage == "training" && done == step_) flag = true;
  }
  std::atomic<bool> flag{false};
  std::vector<std::string> warnings;

 private:
  std::size_t step_;
};

/// All that draws at random, and more than one epoch.
TrainSettings busy_settings() {
  auto settings = toy_settings();
  settings.molecule_weight_power = 0.5;
  settings.drop_peak_probability = 0.2;
  settings.intensity_jitter = 0.1;
  settings.dropout = 0.1;
  settings.contrastive_weight = 0.5;
  settings.trainable_blocks = "1";
  settings.max_steps = 14;  // of 4 batches an epoch
  settings.validations = 5;
  return settings;
}

/// Figures that are a function of the vectors, and tell one vector from another.
ValidationFigures figures_of(const Matrix& vectors) {
  double sum = 0;
  for (const float value : vectors.values()) sum += value;
  return {0, std::abs(sum) < 1 ? 0.25 : 0.5, 0.5, std::abs(sum)};
}

TrainingInput busy_problem() {
  auto input = toy_problem(10, 3);
  input.validation = {input.examples[0].input, input.examples[7].input};
  input.validate = figures_of;
  return input;
}

class Resume : public testing::Test {
 protected:
  void SetUp() override { SKIP_WITHOUT_ENCODER(); }

  TrainingResult train(const TrainingInput& input, const TrainSettings& settings,
                       const TemporaryFolder& folder, const Keeping& keeping = {},
                       Interrupter* interrupter = nullptr) const {
    auto context = toy_context();
    context.reporter = interrupter;
    if (interrupter != nullptr) context.interrupt = &interrupter->flag;
    return train_model(input, settings, Precision::float32, folder.path(), context, keeping);
  }

  /// A training that is interrupted after so many steps.
  void interrupt_after(std::size_t steps, const TrainingInput& input, const TrainSettings& settings,
                       const TemporaryFolder& folder, const Keeping& keeping) const {
    Interrupter interrupter(steps);
    EXPECT_EQ(message_of([&] { train(input, settings, folder, keeping, &interrupter); }),
              "interrupted; nothing was published");
  }
};

void expect_same_files(const TemporaryFolder& a, const TemporaryFolder& b, const char* what) {
  for (const char* file : {"trained.safetensors", "metrics.jsonl", "mean_target.f32"}) {
    EXPECT_FALSE(slurp(a / file).empty()) << file;
    EXPECT_EQ(slurp(a / file), slurp(b / file)) << file << " " << what;
  }
}

TEST_F(Resume, ComesToTheSameBytesWhereverItWasInterrupted) {
  const auto input = busy_problem();
  const auto settings = busy_settings();
  const TemporaryFolder straight;
  const auto expected = train(input, settings, straight);
  for (std::size_t steps = 1; steps < 14; ++steps) {
    const TemporaryFolder folder, states;
    States place(states);
    interrupt_after(steps, input, settings, folder, {&place});
    EXPECT_EQ(place.steps(), std::vector{steps});
    const auto result = train(input, settings, folder, {&place});
    EXPECT_EQ(result.steps, 14U);
    EXPECT_EQ(result.best_step, expected.best_step);
    EXPECT_EQ(result.final_loss, expected.final_loss);
    expect_same_files(straight, folder, std::to_string(steps).c_str());
  }
}

TEST_F(Resume, KeepsAStateAfterSoManySteps) {
  const TemporaryFolder folder, states;
  States place(states);
  train(busy_problem(), busy_settings(), folder, {&place, 4});
  EXPECT_EQ(place.steps(), (std::vector<std::size_t>{4, 8, 12}));
  for (const std::size_t steps : place.steps()) {
    EXPECT_EQ(read_checkpoint(place.file_after(steps)).steps, steps);
  }
}

TEST_F(Resume, GoesOnFromTheStateBeforeADamagedOne) {
  const auto input = busy_problem();
  const auto settings = busy_settings();
  const TemporaryFolder straight, folder, states;
  train(input, settings, straight);
  States place(states);
  interrupt_after(9, input, settings, folder, {&place, 3});
  ASSERT_EQ(place.steps(), (std::vector<std::size_t>{3, 6, 9}));
  std::string damaged = slurp(place.file_after(9));
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
  states.write("state9", damaged);
  Interrupter nobody(100);
  train(input, settings, folder, {&place}, &nobody);
  ASSERT_EQ(nobody.warnings.size(), 1U);
  EXPECT_EQ(nobody.warnings[0], place.file_after(9).string() +
                                    ": block 1 of 1 is damaged (checksum does not hold); make or "
                                    "copy it again; going on from what was kept before it");
  expect_same_files(straight, folder, "after a damage");
}

TEST_F(Resume, BeginsAnewWhereNoStateIsWhole) {
  const auto input = busy_problem();
  const auto settings = busy_settings();
  const TemporaryFolder straight, folder, states;
  train(input, settings, straight);
  States place(states);
  interrupt_after(5, input, settings, folder, {&place});
  states.write("state5", "");
  Interrupter nobody(100);
  train(input, settings, folder, {&place}, &nobody);
  EXPECT_EQ(nobody.warnings.size(), 1U);
  expect_same_files(straight, folder, "begun anew");
}

TEST_F(Resume, PassesOverAStateOfAnotherTraining) {
  auto settings = busy_settings();
  const TemporaryFolder folder, states;
  States place(states);
  interrupt_after(5, busy_problem(), settings, folder, {&place});
  settings.shape.head_out += 1;
  Interrupter nobody(100);
  train(busy_problem(), settings, folder, {&place}, &nobody);
  EXPECT_EQ(nobody.warnings, std::vector{place.file_after(5).string() +
                                         ": is of another training; going on from what was kept "
                                         "before it"});
}

TEST_F(Resume, MakesAModelOfTheStepsThatAreDone) {
  const auto input = busy_problem();
  auto settings = busy_settings();
  settings.schedule = "constant";
  settings.warmup_steps = 1;
  settings.validations = 0;
  const TemporaryFolder folder, states, shorter;
  States place(states);
  interrupt_after(6, input, settings, folder, {&place});
  const auto result = train(input, settings, folder, {&place, 0, 0, StepsLeft::leave});
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(result.steps, 6U);
  settings.max_steps = 6;
  const auto expected = train(input, settings, shorter);
  EXPECT_EQ(result.final_loss, expected.final_loss);
  expect_same_files(shorter, folder, "of six steps");
}

TEST_F(Resume, MakesNoModelOfNothing) {
  const TemporaryFolder folder, states;
  States place(states);
  EXPECT_EQ(message_of([&] {
              train(busy_problem(), busy_settings(), folder, {&place, 0, 0, StepsLeft::leave});
            }),
            "training: no step is kept that a model could be made of");
}

/// A validation that ends itself at its n-th call, as one does that hears an interrupt.
TEST_F(Resume, AValidationThatWasInterruptedIsMadeAgain) {
  auto input = busy_problem();
  const auto settings = busy_settings();
  const TemporaryFolder straight, folder, states;
  train(input, settings, straight);
  States place(states);
  int calls = 0;
  input.validate = [&](const Matrix& vectors) {
    if (++calls == 2) throw Interrupted("interrupted");
    return figures_of(vectors);
  };
  EXPECT_THROW(train(input, settings, folder, {&place}), Interrupted);
  EXPECT_EQ(place.steps(), std::vector<std::size_t>{6});
  train(input, settings, folder, {&place});
  EXPECT_EQ(calls, 6);
  expect_same_files(straight, folder, "after an interrupted validation");
}

class Patience : public Resume {
 protected:
  /// A run of 16 steps with a validation after every second, whose Recall@5 are given.
  TrainingResult train_with(std::size_t patience, const std::vector<double>& recalls,
                            const Keeping& keeping = {}, std::size_t first = 0) const {
    auto input = toy_problem(8, 1);
    input.validation = {input.examples[0].input};
    std::size_t call = first;
    input.validate = [&](const Matrix&) { return ValidationFigures{0, recalls.at(call++), 0, 0}; };
    auto settings = toy_settings();
    settings.epochs = 16;
    settings.validations = 8;
    settings.patience = patience;
    const TemporaryFolder folder;
    return train(input, settings, folder, keeping);
  }
};

TEST_F(Patience, EndsAfterSoManyValidationsWithoutABetterOne) {
  const auto result = train_with(2, {0.1, 0.3, 0.3, 0.4, 0.2, 0.4, 0.9, 0.9});
  EXPECT_EQ(result.steps, 12U);
  EXPECT_EQ(result.best_step, 8U);
  EXPECT_TRUE(result.stopped_early);
  EXPECT_FALSE(result.interrupted);
}

TEST_F(Patience, OfZeroNeverEnds) {
  const auto result = train_with(0, {0.9, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1});
  EXPECT_EQ(result.steps, 16U);
  EXPECT_EQ(result.best_step, 2U);
  EXPECT_FALSE(result.stopped_early);
}

TEST_F(Patience, ThatEndsWithTheLastStepStopsNothingEarly) {
  const auto result = train_with(2, {0.1, 0.1, 0.2, 0.3, 0.4, 0.9, 0.1, 0.1});
  EXPECT_EQ(result.steps, 16U);
  EXPECT_FALSE(result.stopped_early);
}

TEST_F(Patience, IsKeptWithTheState) {
  const std::vector<double> recalls = {0.1, 0.3, 0.2, 0.1, 0.9, 0.9, 0.9, 0.9};
  const TemporaryFolder states;
  States place(states);
  train_with(2, recalls, {&place, 7});  // ends after 8 steps; that of 7 knows three validations
  ASSERT_EQ(place.steps(), std::vector<std::size_t>{7});
  const auto result = train_with(2, recalls, {&place}, 3);
  EXPECT_EQ(result.steps, 8U);
  EXPECT_EQ(result.best_step, 4U);
}

}  // namespace
}  // namespace specbridge
