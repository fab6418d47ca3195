#include "store/safetensors.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::TemporaryFolder;

const std::vector<NamedTensor> kTensors = {
    {"head.weight", {2, 3}, {1, 2, 3, 4, 5, 6.5F}},
    {"bias", {2}, {-1, 1e-30F}},
    {"scale", {}, {7}},
    {"nothing", {0, 4}, {}},
};

TEST(Safetensors, GivesBackWhatWasWritten) {
  const TemporaryFolder folder;
  write_safetensors(folder / "t.safetensors", kTensors);
  const auto read = read_safetensors(folder / "t.safetensors");
  ASSERT_EQ(read.size(), kTensors.size());
  for (const auto& tensor : kTensors) {
    EXPECT_EQ(read.at(tensor.name).name, tensor.name);
    EXPECT_EQ(read.at(tensor.name).shape, tensor.shape);
    EXPECT_EQ(read.at(tensor.name).values, tensor.values);
  }
}

TEST(Safetensors, ReadsSmallerNumbersAsFloat32) {
  const TemporaryFolder folder;
  const std::vector<NamedTensor> tensors = {
      {"a", {3}, {1, -2.5F, 0.001953125F}, NumberType::float8},
      {"b", {2, 1}, {1.0078125F, -3}, NumberType::bfloat16}};
  write_safetensors(folder / "t.safetensors", tensors);
  const auto read = read_safetensors(folder / "t.safetensors");
  for (const auto& tensor : tensors) {
    EXPECT_EQ(read.at(tensor.name).values, tensor.values);
    EXPECT_EQ(read.at(tensor.name).stored, tensor.stored);
  }
}

TEST(Safetensors, OfNoTensorsIsAFileToo) {
  const TemporaryFolder folder;
  write_safetensors(folder / "t.safetensors", {});
  EXPECT_TRUE(read_safetensors(folder / "t.safetensors").empty());
}

TEST(Safetensors, StartsItsDataAtAMultipleOfEight) {
  const TemporaryFolder folder;
  for (const std::string name : {"a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg"}) {
    write_safetensors(folder / "t.safetensors", {{name, {1}, {1}}});
    EXPECT_EQ((std::filesystem::file_size(folder / "t.safetensors") - 4) % 8, 0U) << name;
  }
}

// The oracle of both directions is the format's own Python package.

TEST(Safetensors, IsReadByTheFormatsOwnPackage) {
  if (!std::filesystem::exists(test::python())) GTEST_SKIP() << "no Python environment";
  const TemporaryFolder folder;
  const std::string path = folder / "t.safetensors";
  write_safetensors(path, kTensors);
  const auto result = test::run(test::python().string() +
                                " -c 'import sys; from safetensors.numpy import load_file\n"
                                "for name, value in sorted(load_file(sys.argv[1]).items()):\n"
                                "  print(name, value.dtype, value.shape, value.tolist())' " +
                                path);
  EXPECT_EQ(result.out,
            "bias float32 (2,) [-1.0, 1.0000000031710769e-30]\n"
            "head.weight float32 (2, 3) [[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]]\n"
            "nothing float32 (0, 4) []\n"
            "scale float32 () 7.0\n")
      << result.err;
}

TEST(Safetensors, ReadsWhatTheFormatsOwnPackageWrites) {
  if (!std::filesystem::exists(test::python())) GTEST_SKIP() << "no Python environment";
  const TemporaryFolder folder;
  const std::string path = folder / "t.safetensors";
  const auto result = test::run(
      test::python().string() +
      " -c 'import sys, numpy as n; from safetensors.numpy import save_file\n"
      "save_file({\"x\": n.arange(6, dtype=n.float32).reshape(3, 2), \"a\": n.ones(1, n.float32),\n"
      "           \"none\": n.ones((0, 2), n.float32)}, sys.argv[1], {\"made\": \"here\"})' " +
      path);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto read = read_safetensors(path);
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read.at("x").shape, (std::vector<std::int64_t>{3, 2}));
  EXPECT_EQ(read.at("x").values, (std::vector<float>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(read.at("a").values, std::vector<float>{1});
  EXPECT_EQ(read.at("none").shape, (std::vector<std::int64_t>{0, 2}));
}

}  // namespace
}  // namespace specbridge
