#include "train/frozen_states.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "encode/scripted_spectrum_encoder.h"
#include "specbridge/train_settings.h"
#include "toy_problem.h"

namespace specbridge {
namespace {

constexpr std::uint64_t kEnough = 1 << 30, kNothing = 0;

/// Frozen states with and without a cache over the same encoder and examples.
class FrozenStatesOf : public testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_ENCODER();
    encoder_.emplace(ScriptedSpectrumEncoder::load(test::tiny_encoder(), c10::Device(c10::kCPU)));
    const auto inputs = test::toy_inputs({3, 5, 6, 9, 14, 20, 31, 60});
    for (std::size_t i = 0; i < inputs.size(); ++i) examples_.push_back({inputs[i], i});
  }
  at::Tensor vectors(const FrozenStates& part, const Batch& batch) const {
    return encoder_->suffix(part.state(batch, 0), static_cast<std::int64_t>(GetParam()));
  }

  std::optional<ScriptedSpectrumEncoder> encoder_;
  std::vector<Example> examples_;
  TrainSettings settings_;
  const RunContext context_ = test::toy_context();
};

TEST_P(FrozenStatesOf, CachedStatesGiveTheSameVectorsAsComputedOnes) {
  const FrozenStates cached(*encoder_, GetParam(), examples_, settings_, context_, kEnough);
  const FrozenStates computed(*encoder_, GetParam(), examples_, settings_, context_, kNothing);
  ASSERT_TRUE(cached.cached());
  ASSERT_FALSE(computed.cached());
  // Several buckets in one batch, and one example twice.
  const Batch batch = {{0, 0}, {2, 0}, {2, 1}, {3, 0}, {5, 0}, {7, 0}};
  const at::Tensor difference = (vectors(cached, batch) - vectors(computed, batch)).abs().max();
  EXPECT_LT(difference.item<double>(), 1e-5);  // float32 at other matrix shapes
}

INSTANTIATE_TEST_SUITE_P(TrainableBlocks, FrozenStatesOf, testing::Values(0, 1, 2));

class FrozenStatesChoice : public FrozenStatesOf {};

TEST_P(FrozenStatesChoice, AugmentedSpectraAreNeverCached) {
  settings_.drop_peak_probability = 0.5;
  const FrozenStates part(*encoder_, GetParam(), examples_, settings_, context_, kEnough);
  EXPECT_FALSE(part.cached());
  const Batch batch = {{7, 0}};
  EXPECT_FALSE(
      at::equal(vectors(part, batch),
                encoder_->suffix(part.state(batch, 1), static_cast<std::int64_t>(GetParam()))))
      << "another epoch has another augmentation";
}

INSTANTIATE_TEST_SUITE_P(OneBlock, FrozenStatesChoice, testing::Values(1));

class NothingFrozen : public FrozenStatesOf {};

TEST_P(NothingFrozen, IsNotCachedWhenEverythingTrains) {
  const FrozenStates part(*encoder_, GetParam(), examples_, settings_, context_, kEnough);
  EXPECT_FALSE(part.cached());
}

INSTANTIATE_TEST_SUITE_P(All, NothingFrozen, testing::Values(3));

}  // namespace
}  // namespace specbridge
