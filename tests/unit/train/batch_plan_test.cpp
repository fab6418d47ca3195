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

TEST(Deal, GivesEachProcessRowsOfAllLengths) {
  Batch batch;
  for (std::size_t i = 0; i < 7; ++i) batch.push_back({i, 0});
  deal(batch, 1);
  EXPECT_THAT(flat({batch}), testing::ElementsAre(0, 1, 2, 3, 4, 5, 6));
  deal(batch, 3);
  EXPECT_THAT(flat({batch}), testing::ElementsAre(0, 3, 6, 1, 4, 2, 5));
  batch.resize(1);
  deal(batch, 3);
  EXPECT_THAT(flat({batch}), testing::ElementsAre(0));
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

/// 30 molecules with 1 to 4 spectra of lengths that differ, in pairs of equal precursor.
std::vector<Example> replicates() {
  std::vector<Example> examples;
  for (std::size_t m = 0; m < 30; ++m) {
    for (std::size_t s = 0; s <= m % 4; ++s) {
      examples.push_back(example(1 + (m * 5 + s * 17) % 60, m));
      examples.back().input.rows[0] = 100.0F + static_cast<float>(m / 2);
      examples.back().ion_mode = 1;
    }
  }
  return examples;
}

TrainSettings similarity_settings(std::size_t batch) {
  TrainSettings settings = default_settings(TrainingObjective::similarity);
  settings.batch = batch;
  settings.precursor_run = 2;
  return settings;
}

TEST(BatchPlan, OfSimilarityShowsEveryExampleOnceInFullBatches) {
  const auto examples = replicates();
  const BatchPlan plan(examples, similarity_settings(16), 1);
  for (std::size_t epoch = 0; epoch < 5; ++epoch) {
    const auto batches = plan.epoch(epoch);
    ASSERT_EQ(batches.size(), plan.batches_per_epoch());
    for (std::size_t i = 0; i + 1 < batches.size(); ++i) EXPECT_EQ(batches[i].size(), 16U);
    const auto all = flat(batches);
    EXPECT_EQ(all.size(), examples.size());
    EXPECT_EQ(std::set(all.begin(), all.end()).size(), examples.size());
  }
}

TEST(BatchPlan, OfSimilarityPutsReplicatesIntoOneBatch) {
  const auto examples = replicates();
  const auto others_in_batch = [&](const TrainSettings& settings) {
    std::size_t pairs = 0;
    for (const auto& batch : BatchPlan(examples, settings, 1).epoch(0)) {
      std::map<std::size_t, std::size_t> spectra;
      for (const Draw& draw : batch) ++spectra[examples[draw.example].molecule];
      for (const auto& [molecule, count] : spectra) pairs += count * (count - 1) / 2;
    }
    return pairs;
  };
  // Of the 70 pairs in all a batch border parts some.
  EXPECT_GT(others_in_batch(similarity_settings(16)), 50U);
  EXPECT_LT(others_in_batch(settings_with(16, 1)), 35U);
}

TEST(BatchPlan, OfSimilaritySortsABatchByLength) {
  const auto examples = replicates();
  for (const auto& batch : BatchPlan(examples, similarity_settings(16), 1).epoch(2)) {
    EXPECT_TRUE(std::ranges::is_sorted(
        batch, {}, [&](const Draw& draw) { return examples[draw.example].input.count(); }));
  }
}

TEST(BatchPlan, OfSimilarityDependsOnSeedAndEpochAlone) {
  const auto examples = replicates();
  const auto epoch = [&](std::uint64_t seed, std::size_t number) {
    return flat(BatchPlan(examples, similarity_settings(16), seed).epoch(number));
  };
  EXPECT_EQ(epoch(1, 3), epoch(1, 3));
  EXPECT_NE(epoch(1, 3), epoch(1, 4));
  EXPECT_NE(epoch(1, 3), epoch(2, 3));
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
