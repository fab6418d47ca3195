#include "fragments/fragment_model_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "specbridge/error.h"
#include "store/file.h"
#include "store/safetensors.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;
using test::TemporaryFolder;

TEST(FragmentModelFile, GivesTheWeightsBack) {
  const TemporaryFolder folder;
  FragmentModel model;
  model.weights()[7] = 0.5F;
  model.weights()[kFragmentFeatures - 1] = -2;
  write_fragment_model(folder / "f.safetensors", model);
  const FragmentModel read = read_fragment_model(folder / "f.safetensors");
  EXPECT_TRUE(std::ranges::equal(read.weights(), model.weights()));
}

TEST(FragmentModelFile, RoundedTakesAByteAWeightAndKeepsSmallOnesBesideLargeOnes) {
  const TemporaryFolder folder;
  FragmentModel model;
  model.weights()[7] = 1.5F;
  model.weights()[8] = -0.3F;
  model.weights()[9] = 3e-4F;
  write_rounded_fragment_model(folder / "f.safetensors", model);
  EXPECT_LT(std::filesystem::file_size(folder / "f.safetensors"), kFragmentFeatures + 300);
  const FragmentModel read = read_fragment_model(folder / "f.safetensors");
  EXPECT_EQ(read.weights()[7], 1.5F);
  EXPECT_EQ(read.weights()[8], -0.3125F);
  EXPECT_NEAR(read.weights()[9], 3e-4F, 1e-5F);
  EXPECT_EQ(read.weights()[10], 0);
}

TEST(FragmentModelFile, RoundedAgainStaysTheSame) {
  const TemporaryFolder folder;
  FragmentModel model;
  for (std::size_t i = 0; i < 1000; ++i)
    model.weights()[i] = 0.001F * static_cast<float>(i * i % 997);
  write_rounded_fragment_model(folder / "f.safetensors", model);
  const FragmentModel once = read_fragment_model(folder / "f.safetensors");
  write_rounded_fragment_model(folder / "g.safetensors", once);
  EXPECT_EQ(sha256_of_file(folder / "f.safetensors"), sha256_of_file(folder / "g.safetensors"));
}

TEST(FragmentModelFile, HoldsNothingElse) {
  const TemporaryFolder folder;
  const auto file = folder / "f.safetensors";
  for (const auto& tensors :
       {std::vector<NamedTensor>{{"weights", {2}, {1, 2}}}, {{"others", {1}, {1}}}, {}}) {
    std::filesystem::remove(file);
    write_safetensors(file, tensors);
    EXPECT_EQ(message_of([&] { read_fragment_model(file); }),
              file.string() +
                  ": expected one tensor \"weights\" of 4194304 numbers, and at most one "
                  "\"scale\" of one");
  }
}

}  // namespace
}  // namespace specbridge
