#include "bridge/model_files.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;
using test::TemporaryFolder;

TEST(ModelFiles, TrainedTensorsComeBackAsTheyWere) {
  const TemporaryFolder folder;
  const at::Tensor values = at::sin(at::arange(6, at::kFloat)).view({2, 3});
  write_trained(folder / "t.safetensors", {{"mapB.W", values}});
  const auto tensors = read_trained(folder / "t.safetensors", {{"mapB.W", {2, 3}}});
  EXPECT_TRUE(at::equal(to_tensor(tensors.at("mapB.W")), values));
}

TEST(ModelFiles, NamesTheTensorOfAnotherShape) {
  const TemporaryFolder folder;
  const auto file = folder / "t.safetensors";
  write_trained(file, {{"mapB.W", at::zeros({2, 3})}});
  EXPECT_EQ(message_of([&] {
              read_trained(file, {{"mapB.W", {2, 4}}});
            }),
            file.string() + ": tensor mapB.W has shape [2, 3], the manifest's shape needs [2, 4]");
}

TEST(ModelFiles, NamesTheTensorThatIsMissing) {
  const TemporaryFolder folder;
  const auto file = folder / "t.safetensors";
  write_trained(file, {{"mapB.W", at::zeros({2, 3})}});
  EXPECT_EQ(message_of([&] {
              read_trained(file, {{"mapB.W", {2, 3}}, {"mapB.bias", {2}}});
            }),
            file.string() + ": lacks tensor mapB.bias [2], which the manifest's shape needs");
}

TEST(ModelFiles, NamesTheTensorThatIsTooMany) {
  const TemporaryFolder folder;
  const auto file = folder / "t.safetensors";
  write_trained(file, {{"mapB.W", at::zeros({2, 3})}, {"mapB.lv", at::zeros({1})}});
  EXPECT_EQ(message_of([&] {
              read_trained(file, {{"mapB.W", {2, 3}}});
            }),
            file.string() + ": tensor mapB.lv [1] has no place in the manifest's shape");
}

TEST(ModelFiles, RefusesAVectorOfAnotherLength) {
  const TemporaryFolder folder;
  const auto file = folder / "mean_target.f32";
  write_vector(file, std::vector<float>{1, 2, 3});
  EXPECT_EQ(read_vector(file, 3), (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(message_of([&] { read_vector(file, 4); }),
            file.string() + ": has 12 bytes, expected 4 float32 numbers (16 bytes)");
}

TEST(ModelFiles, TrainingMoleculesComeBackByTheirKeys) {
  const TemporaryFolder folder;
  write_training_molecules(folder.path(),
                           {{"BBBBBBBBBBBBBB", {0, 9, 2047}}, {"AAAAAAAAAAAAAA", {3}}});
  EXPECT_EQ(read_training_fingerprints(folder.path()),
            (std::vector<FingerprintBits>{{3}, {0, 9, 2047}}));
  EXPECT_EQ(std::filesystem::file_size(folder / "training_fingerprints.bin"), 512U);
  EXPECT_EQ(read_training_molecules(folder.path()),
            (std::unordered_set<std::string>{"AAAAAAAAAAAAAA", "BBBBBBBBBBBBBB"}));
}

TEST(ModelFiles, AModelNeedNotSayWhatItHasSeen) {
  const TemporaryFolder folder;
  EXPECT_TRUE(read_training_fingerprints(folder.path()).empty());
  EXPECT_TRUE(read_training_molecules(folder.path()).empty());
}

}  // namespace
}  // namespace specbridge
