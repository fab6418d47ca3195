#include "train/schedule.h"
#include "specbridge/train_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace specbridge {
namespace {

using testing::ElementsAre;

TrainSettings with_rate_one() {
  TrainSettings settings;
  settings.learning_rate = 1;
  return settings;
}

TEST(Schedule, StepsAreEpochsTimesBatches) {
  TrainSettings settings;
  settings.epochs = 2.5;
  EXPECT_EQ(total_steps(settings, 10), 25U);
}

TEST(Schedule, MaxStepsIsAnUpperLimit) {
  TrainSettings settings;
  settings.max_steps = 7;
  EXPECT_EQ(total_steps(settings, 10), 7U);
  EXPECT_EQ(total_steps(settings, 2), 4U);
}

TEST(Schedule, AtLeastOneStepIsTaken) {
  TrainSettings settings;
  settings.epochs = 0.001;
  EXPECT_EQ(total_steps(settings, 3), 1U);
}

TEST(Schedule, WarmsUpLinearlyOverFivePercent) {
  const auto settings = with_rate_one();
  EXPECT_DOUBLE_EQ(learning_rate_at(settings, 0, 100), 0.2);
  EXPECT_DOUBLE_EQ(learning_rate_at(settings, 3, 100), 0.8);
  EXPECT_DOUBLE_EQ(learning_rate_at(settings, 4, 100), 1);
}

TEST(Schedule, FallsAsACosineAfterTheWarmUp) {
  auto settings = with_rate_one();
  settings.warmup_steps = 20;
  EXPECT_DOUBLE_EQ(learning_rate_at(settings, 20, 120), 1);
  EXPECT_NEAR(learning_rate_at(settings, 45, 120), 0.853553390593274, 1e-12);  // (1 + cos 45°) / 2
  EXPECT_NEAR(learning_rate_at(settings, 70, 120), 0.5, 1e-12);
  EXPECT_NEAR(learning_rate_at(settings, 119, 120), 0.000246719817, 1e-9);
}

TEST(Schedule, ConstantStaysAtTheRate) {
  auto settings = with_rate_one();
  settings.schedule = "constant";
  EXPECT_DOUBLE_EQ(learning_rate_at(settings, 99, 100), 1);
}

TEST(Schedule, AWarmUpLongerThanTheRunEndsWithIt) {
  auto settings = with_rate_one();
  settings.warmup_steps = 1000;
  EXPECT_DOUBLE_EQ(learning_rate_at(settings, 9, 10), 1);
}

TEST(Schedule, ValidationsAreSpreadEvenlyAndEndTheRun) {
  EXPECT_THAT(validation_steps(4, 10), ElementsAre(3, 5, 8, 10));
  EXPECT_THAT(validation_steps(5, 2), ElementsAre(1, 2));
  EXPECT_THAT(validation_steps(0, 10), ElementsAre());
}

}  // namespace
}  // namespace specbridge
