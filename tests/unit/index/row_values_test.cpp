#include "index/row_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "base/random.h"
#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<int> int8s_of(const EncodedRow& encoded) {
  std::vector<int> numbers;
  for (const char byte : encoded.bytes) numbers.push_back(static_cast<signed char>(byte));
  return numbers;
}

EncodedRow encoded(RowType type, std::vector<float> row) {
  EncodedRow encoded;
  encode_row(type, row, encoded);
  return encoded;
}

TEST(RowType, HasAWordEach) {
  EXPECT_EQ(to_string(RowType::f32), "f32");
  EXPECT_EQ(to_string(RowType::f16), "f16");
  EXPECT_EQ(to_string(RowType::i8), "i8");
  EXPECT_EQ(parse_row_type("f16"), RowType::f16);
  EXPECT_EQ(find_row_type("i8"), RowType::i8);
  EXPECT_EQ(find_row_type("I8"), std::nullopt);
  EXPECT_EQ(message_of([] { parse_row_type("int8"); }),
            "--rows: found \"int8\", expected f32, f16 or i8");
  EXPECT_THROW(parse_row_type(""), UsageError);
}

TEST(Float16, HasTheBitsOfTheStandard) {
  EXPECT_EQ(to_float16(0), 0x0000);
  EXPECT_EQ(to_float16(-0.0F), 0x8000);
  EXPECT_EQ(to_float16(1), 0x3c00);
  EXPECT_EQ(to_float16(-2), 0xc000);
  EXPECT_EQ(to_float16(0.1F), 0x2e66);
  EXPECT_EQ(to_float16(65504), 0x7bff);
  EXPECT_EQ(to_float16(65519.996F), 0x7bff);
  EXPECT_EQ(to_float16(65520), 0x7c00);
  EXPECT_EQ(to_float16(kInfinity), 0x7c00);
  EXPECT_EQ(to_float16(std::ldexp(1.0F, -14)), 0x0400);
  EXPECT_EQ(to_float16(std::ldexp(1.0F, -24)), 0x0001);
}

TEST(Float16, RoundsHalvesToTheEvenNumber) {
  EXPECT_EQ(to_float16(1 + std::ldexp(1.0F, -11)), 0x3c00);
  EXPECT_EQ(to_float16(1 + std::ldexp(3.0F, -11)), 0x3c02);
  EXPECT_EQ(to_float16(1 + std::ldexp(1.0F, -11) + std::ldexp(1.0F, -20)), 0x3c01);
  EXPECT_EQ(to_float16(std::ldexp(1.0F, -25)), 0x0000);
  EXPECT_EQ(to_float16(std::ldexp(3.0F, -25)), 0x0002);
  EXPECT_EQ(to_float16(std::ldexp(1.0F, -14) - std::ldexp(1.0F, -25)), 0x0400);
}

TEST(Float16, ComesBackFromFloat32) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto number = static_cast<std::uint16_t>(bits);
    const float value = from_float16(number);
    if ((bits & 0x7fffU) > 0x7c00U) {
      EXPECT_TRUE(std::isnan(value)) << bits;
    } else {
      EXPECT_EQ(to_float16(value), number) << bits;
    }
  }
}

TEST(Float16, LiesBetweenItsNeighbours) {
  // Values by the definition: (1 + fraction / 1024) 2^(exponent - 15), below 2^-14 fraction 2^-24.
  EXPECT_EQ(from_float16(0x3555), (1 + 341.0F / 1024) / 4);
  EXPECT_EQ(from_float16(0x83ff), std::ldexp(-1023.0F, -24));
  EXPECT_EQ(from_float16(0xfc00), -kInfinity);
}

TEST(Int8Rows, HaveTheLargestNumberAt127AndTheLengthOfTheRow) {
  const auto row = encoded(RowType::i8, {0.5F, -1, 0.25F, 0});
  EXPECT_THAT(int8s_of(row), ElementsAre(64, -127, 32, 0));  // of 63.5, -127, 31.75, 0
  EXPECT_FLOAT_EQ(row.scale, std::sqrt(1.3125F / (64 * 64 + 127 * 127 + 32 * 32)));
}

TEST(Int8Rows, RoundHalvesToTheEvenNumber) {
  EXPECT_THAT(int8s_of(encoded(RowType::i8, {254, 1, 3, 5, -1, -3})),
              ElementsAre(127, 0, 2, 2, 0, -2));
}

TEST(Int8Rows, OfZerosHaveScaleZero) {
  const auto row = encoded(RowType::i8, {0, -0.0F, 0});
  EXPECT_EQ(row.scale, 0);
  EXPECT_THAT(int8s_of(row), ElementsAre(0, 0, 0));
}

TEST(EncodedRows, AreRefusedWhereANumberIsNone) {
  for (const RowType type : {RowType::f32, RowType::f16, RowType::i8}) {
    EXPECT_THAT(message_of([&] {
                  encoded(type, {0, std::nanf("")});
                }),
                HasSubstr("a row whose number 1 is nan"));
    EXPECT_THROW(encoded(type, {-kInfinity}), std::invalid_argument);
  }
  EXPECT_THROW(encoded(RowType::f16, {65520}), std::invalid_argument);
  EXPECT_EQ(encoded(RowType::f16, {65504}).bytes, "\xff\x7b");
}

TEST(EncodedRows, ComeBackWithinTheirPrecision) {
  Random random(3);
  std::vector<float> row(101), decoded(row.size());
  for (float& value : row) value = static_cast<float>(random.normal());
  const auto error_of = [&](RowType type) {
    const auto stored = encoded(type, row);
    decode_row(type, stored.bytes, stored.scale, decoded);
    float error = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      error = std::max(error, std::abs(row[i] - decoded[i]));
    }
    return error;
  };
  EXPECT_EQ(error_of(RowType::f32), 0);
  EXPECT_LT(error_of(RowType::f16), 4.0F / 2048);
  EXPECT_LT(error_of(RowType::i8), 4.0F / 254 * 1.01F);
  EXPECT_NEAR(std::inner_product(row.begin(), row.end(), row.begin(), 0.0),
              std::inner_product(decoded.begin(), decoded.end(), decoded.begin(), 0.0), 1e-4);
}

TEST(EncodedRows, OfAnotherLengthAreNotDecoded) {
  std::vector<float> row(2);
  EXPECT_THROW(decode_row(RowType::i8, "abc", 1, row), std::invalid_argument);
}

TEST(IntegerQueries, HaveTheLargestNumberAt32767) {
  const std::vector<float> query = {1, -0.5F, 0.25F};
  const auto integers = integers_of(query);
  EXPECT_THAT(integers.values, ElementsAre(32767, -16384, 8192));
  EXPECT_FLOAT_EQ(integers.step, 1.0F / 32767);
}

TEST(IntegerQueries, OfZerosStayZero) {
  const std::vector<float> query(3);
  EXPECT_EQ(integers_of(query).step, 0);
  EXPECT_THAT(integers_of(query).values, ElementsAre(0, 0, 0));
}

TEST(IntegerQueries, KeepInnerProductsWithinThirtyTwoBits) {
  for (const std::size_t dim : {1UL, 768UL, 20000UL}) {
    const auto integers = integers_of(std::vector<float>(dim, 0.7F));
    std::int64_t largest = 0;
    for (const std::int64_t value : integers.values) largest += 127 * std::abs(value);
    EXPECT_LE(largest, std::numeric_limits<std::int32_t>::max()) << dim;
    EXPECT_GE(largest, std::numeric_limits<std::int32_t>::max() / 1000 * (dim == 1 ? 1 : 990))
        << dim;
  }
}

}  // namespace
}  // namespace specbridge
