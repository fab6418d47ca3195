#include "train/batch_plan.h"
#include "specbridge/train_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace specbridge {
namespace {

Example example(std::size_t rows, std::size_t molecule) {
  return {{std::vector<float>(2 * rows, 1.0F)}, molecule};
}

std::vector<Example> examples_of_lengths(std::size_t count) {
  std::vector<Example> examples;
  for (std::size_t i = 0; i < count; ++i) examples.push_back(example(1 + i * 7 % 61, i));
  return examples;
}

TrainSettings settings_with(std::size_t batch, std::size_t window, double power = 0) {
  TrainSettings settings;
  settings.batch = batch;
  settings.length_window = window;
  settings.molecule_weight_power = power;
  return settings;
}

std::vector<std::size_t> flat(const std::vector<Batch>& batches) {
  std::vector<std::size_t> all;
  for (const auto& batch : batches) {
    for (const Draw& draw : batch) all.push_back(draw.example);
  }
  return all;
}

TEST(BatchPlan, AnEpochShowsEveryExampleOnce) {
  const auto examples = examples_of_lengths(103);
  const BatchPlan plan(examples, settings_with(8, 4), 1);
  const auto batches = plan.epoch(0);
  EXPECT_EQ(batches.size(), 13U);
  EXPECT_EQ(plan.batches_per_epoch(), 13U);
  const auto all = flat(batches);
  EXPECT_EQ(all.size(), 103U);
  EXPECT_EQ(std::set(all.begin(), all.end()).size(), 103U);
}

TEST(BatchPlan, DependsOnSeedAndEpochAlone) {
  const auto examples = examples_of_lengths(50);
  const BatchPlan plan(examples, settings_with(8, 2), 1), again(examples, settings_with(8, 2), 1);
  const BatchPlan other(examples, settings_with(8, 2), 2);
  EXPECT_EQ(flat(plan.epoch(3)), flat(again.epoch(3)));
  EXPECT_NE(flat(plan.epoch(3)), flat(plan.epoch(4)));
  EXPECT_NE(flat(plan.epoch(3)), flat(other.epoch(3)));
}

TEST(BatchPlan, BatchesOfAWindowDoNotOverlapInLength) {
  const auto examples = examples_of_lengths(64);
  const BatchPlan plan(examples, settings_with(8, 8), 1);
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  for (const auto& batch : plan.epoch(0)) {
    std::vector<std::size_t> lengths;
    for (const Draw& draw : batch) lengths.push_back(examples[draw.example].input.count());
    EXPECT_TRUE(std::is_sorted(lengths.begin(), lengths.end()));
    ranges.emplace_back(lengths.front(), lengths.back());
  }
  EXPECT_FALSE(std::is_sorted(ranges.begin(), ranges.end())) << "batches of a window are shuffled";
  std::sort(ranges.begin(), ranges.end());
  for (std::size_t i = 1; i < ranges.size(); ++i) EXPECT_LE(ranges[i - 1].second, ranges[i].first);
}

TEST(BatchPlan, SamplesAMoleculeAsOftenAsItsWeightSays) {
  // One molecule with 90 spectra, ten with one each: with power 1 all eleven are equally frequent.
  std::vector<Example> examples;
  for (std::size_t i = 0; i < 90; ++i) examples.push_back(example(5, 0));
  for (std::size_t m = 1; m <= 10; ++m) examples.push_back(example(5, m));
  const BatchPlan plan(examples, settings_with(10, 1, 1.0), 3);
  std::map<std::size_t, std::size_t> times;
  for (std::size_t epoch = 0; epoch < 11; ++epoch) {
    for (const std::size_t drawn : flat(plan.epoch(epoch))) ++times[examples[drawn].molecule];
  }
  // 1,100 draws; systematic resampling misses the expectation of 100 by at most one an epoch.
  for (const auto& [molecule, count] : times) EXPECT_NEAR(static_cast<double>(count), 100, 11);
}

TEST(BatchPlan, NumbersTheCopiesOfOneExample) {
  std::vector<Example> examples;
  for (std::size_t i = 0; i < 30; ++i) examples.push_back(example(5, 0));
  examples.push_back(example(5, 1));
  const BatchPlan plan(examples, settings_with(31, 1, 1.0), 3);
  std::set<std::size_t> copies;
  const auto batches = plan.epoch(0);
  for (const Draw& draw : batches.front()) {
    if (draw.example == 30) copies.insert(draw.copy);
  }
  EXPECT_GE(copies.size(), 15U);
  EXPECT_EQ(*copies.rbegin(), copies.size() - 1);
}

TEST(SamplingWeights, AreThePowerOfTheNumberOfSpectra) {
  const std::vector<Example> examples = {example(3, 0), example(3, 0), example(3, 0), example(3, 0),
                                         example(3, 1)};
  EXPECT_THAT(
      sampling_weights(examples, 0.5),
      testing::Pointwise(testing::DoubleEq(), {1.0 / 6, 1.0 / 6, 1.0 / 6, 1.0 / 6, 2.0 / 6}));
}

}  // namespace
}  // namespace specbridge
