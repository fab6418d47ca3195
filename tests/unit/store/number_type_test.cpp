#include "store/number_type.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "support/support.h"

namespace specbridge {
namespace {

std::vector<float> rounded(const std::vector<float>& numbers, NumberType type) {
  std::vector<float> back(numbers.size());
  decode_numbers(encode_numbers(numbers, type), type, back);
  return back;
}

TEST(NumberType, IsFoundByItsNameInTheFormat) {
  EXPECT_EQ(number_type("F32"), NumberType::float32);
  EXPECT_EQ(number_type("BF16"), NumberType::bfloat16);
  EXPECT_EQ(number_type("F8_E4M3"), NumberType::float8);
  EXPECT_EQ(number_type("F16"), std::nullopt);
}

TEST(NumberType, TakesSoManyBytes) {
  EXPECT_EQ(encode_numbers(std::vector<float>{1, 2, 3}, NumberType::float32).size(), 12U);
  EXPECT_EQ(encode_numbers(std::vector<float>{1, 2, 3}, NumberType::bfloat16).size(), 6U);
  EXPECT_EQ(encode_numbers(std::vector<float>{1, 2, 3}, NumberType::float8).size(), 3U);
}

TEST(NumberType, Float32IsKeptToTheBit) {
  const std::vector<float> numbers = {0, -0.0F, 1e-40F, 3.14159265F, -1e30F};
  EXPECT_EQ(rounded(numbers, NumberType::float32), numbers);
}

TEST(NumberType, Bfloat16HasEightBitsAndRoundsTiesToEven) {
  EXPECT_EQ(rounded({1, -1.5F, 1.00390625F, 1.01171875F, 1.005F}, NumberType::bfloat16),
            (std::vector<float>{1, -1.5F, 1, 1.015625F, 1.0078125F}));
}

TEST(NumberType, Float8HasFourBitsAndRoundsTiesToEven) {
  EXPECT_EQ(rounded({1, -1.0625F, 1.1875F, 0.3F, 448, -448}, NumberType::float8),
            (std::vector<float>{1, -1, 1.25F, 0.3125F, 448, -448}));
}

TEST(NumberType, Float8EndsAt448AndBelowHalfOfItsSmallestIs0) {
  EXPECT_EQ(rounded({1e6F, -1e6F, 0.0009F, 0.001F, 0.001953125F}, NumberType::float8),
            (std::vector<float>{448, -448, 0, 0.001953125F, 0.001953125F}));
}

TEST(NumberType, TheCodeOfNoNumberIsReadAsOne) {
  std::vector<float> back(2);
  decode_numbers("\x7F\xFF", NumberType::float8, back);
  EXPECT_TRUE(std::isnan(back[0]) && std::isnan(back[1]));
}

// The oracle of rounding is PyTorch.
TEST(NumberType, RoundsAsPyTorchDoes) {
  if (!std::filesystem::exists(test::python())) GTEST_SKIP() << "no Python environment";
  std::mt19937_64 random(1);
  std::vector<float> numbers;
  std::string text;
  for (int i = 0; i < 2000; ++i) {
    const float size = std::ldexp(1.0F, static_cast<int>(random() % 20) - 11);
    numbers.push_back(size * (static_cast<float>(random() % 1'000'001) / 500'000 - 1));
    text += fmt::format("{}{}", i == 0 ? "" : ",", numbers.back());
  }
  const test::TemporaryFolder folder;
  folder.write("numbers", text);
  for (const auto& [type, dtype] :
       {std::pair{NumberType::bfloat16, "bfloat16"}, {NumberType::float8, "float8_e4m3fn"}}) {
    const auto result =
        test::run(fmt::format("{} -c 'import sys, torch\n"
                              "x = torch.tensor([float(v) for v in open(sys.argv[1]).read()"
                              ".split(\",\")]).clamp(-448, 448)\n"
                              "print(*x.to(torch.{}).float().tolist(), sep=\"\\n\")' {}",
                              test::python().string(), dtype, (folder / "numbers").string()));
    for (auto& number : numbers) number = std::clamp(number, -448.0F, 448.0F);
    std::istringstream lines(result.out);
    std::vector<float> expected;
    for (double value = 0; lines >> value;) expected.push_back(static_cast<float>(value));
    EXPECT_EQ(rounded(numbers, type), expected) << dtype << result.err;
  }
}

}  // namespace
}  // namespace specbridge
