#include "fragments/fragment_model_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "specbridge/error.h"
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

TEST(FragmentModelFile, HoldsNothingElse) {
  const TemporaryFolder folder;
  const auto file = folder / "f.safetensors";
  for (const auto& tensors :
       {std::vector<NamedTensor>{{"weights", {2}, {1, 2}}}, {{"others", {1}, {1}}}, {}}) {
    std::filesystem::remove(file);
    write_safetensors(file, tensors);
    EXPECT_EQ(message_of([&] { read_fragment_model(file); }),
              file.string() + ": expected one tensor \"weights\" of 4194304 numbers");
  }
}

}  // namespace
}  // namespace specbridge
