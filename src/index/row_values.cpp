#include "index/row_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace specbridge {
namespace {

constexpr int kLargestInt8 = 127;
constexpr int kLargestInt16 = 32767;
constexpr std::uint32_t kSignFloat32 = 0x80000000U;
constexpr std::uint32_t kInfinityFloat32 = 0x7f800000U;
constexpr std::uint32_t kTooLargeForFloat16 = 0x477ff000U;  // 65520
constexpr std::uint32_t kNormalFloat16 = 0x38800000U;       // 2^-14
constexpr std::uint32_t kExponentShift = 0x38000000U;       // (127 - 15) << 23
constexpr float kFloat16Unit = 5.9604644775390625e-8F;      // 2^-24, the smallest float16

template <typename Number>
void put(std::string& bytes, std::size_t place, Number number) {
  std::memcpy(bytes.data() + place * sizeof number, &number, sizeof number);
}

template <typename Number>
Number get(std::string_view bytes, std::size_t place) {
  Number number;
  std::memcpy(&number, bytes.data() + place * sizeof number, sizeof number);
  return number;
}

float largest_of(std::span<const float> values) {
  float largest = 0;
  for (const float value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

void encode_f16(std::span<const float> row, std::string& bytes) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::uint16_t number = to_float16(row[i]);
    if ((number & 0x7fffU) == 0x7c00U) {
      throw std::invalid_argument(fmt::format("a row with {} is too large for float16", row[i]));
    }
    put(bytes, i, number);
  }
}

void encode_i8(std::span<const float> row, EncodedRow& encoded) {
  const double largest = largest_of(row);
  encoded.scale = 0;
  std::ranges::fill(encoded.bytes, '\0');
  if (largest == 0) return;
  double squares = 0, squares_of_integers = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const double value = row[i];
    const double number = std::nearbyint(value * kLargestInt8 / largest);
    squares += value * value;
    squares_of_integers += number * number;
    put(encoded.bytes, i, static_cast<std::int8_t>(number));
  }
  encoded.scale = static_cast<float>(std::sqrt(squares / squares_of_integers));
}

}  // namespace

std::size_t bytes_of_number(RowType type) {
  switch (type) {
    case RowType::f16:
      return sizeof(std::uint16_t);
    case RowType::i8:
      return sizeof(std::int8_t);
    case RowType::f32:
      break;
  }
  return sizeof(float);
}

void encode_row(RowType type, std::span<const float> row, EncodedRow& encoded) {
  check_finite(row, "row");
  encoded.bytes.resize(row.size() * bytes_of_number(type));
  encoded.scale = 1;
  switch (type) {
    case RowType::f16:
      return encode_f16(row, encoded.bytes);
    case RowType::i8:
      return encode_i8(row, encoded);
    case RowType::f32:
      if (!row.empty()) std::memcpy(encoded.bytes.data(), row.data(), row.size_bytes());
  }
}

void decode_row(RowType type, std::string_view bytes, float scale, std::span<float> row) {
  if (bytes.size() != row.size() * bytes_of_number(type)) {
    throw std::invalid_argument(
        fmt::format("{} bytes for a row of {} numbers", bytes.size(), row.size()));
  }
  for (std::size_t i = 0; i < row.size(); ++i) {
    switch (type) {
      case RowType::f32:
        row[i] = get<float>(bytes, i);
        break;
      case RowType::f16:
        row[i] = from_float16(get<std::uint16_t>(bytes, i));
        break;
      case RowType::i8:
        row[i] = static_cast<float>(get<std::int8_t>(bytes, i)) * scale;
        break;
    }
  }
}

std::uint16_t to_float16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits & kSignFloat32) >> 16);
  std::uint32_t size = bits & ~kSignFloat32;
  const auto with_sign = [sign](std::uint32_t number) {
    return static_cast<std::uint16_t>(sign | number);
  };
  if (size > kInfinityFloat32) return with_sign(0x7e00U);
  if (size >= kTooLargeForFloat16) return with_sign(0x7c00U);
  if (size < kNormalFloat16) {
    const float units = std::bit_cast<float>(size) / kFloat16Unit;  // exact
    return with_sign(static_cast<std::uint32_t>(std::lrint(units)));
  }
  size += 0xfffU + ((size >> 13) & 1U);  // to the nearest, to the even one of two
  return with_sign((size - kExponentShift) >> 13);
}

IntegerQuery integers_of(std::span<const float> query) {
  IntegerQuery integers{std::vector<std::int16_t>(query.size()), 0};
  const double largest = largest_of(query);
  if (largest == 0) return integers;
  double sizes = 0;
  for (const float value : query) sizes += std::abs(value);
  // |sum of q r| <= 127 sum |q|, and rounding adds half a step to each.
  const double most = static_cast<double>(std::numeric_limits<std::int32_t>::max()) / kLargestInt8 -
                      static_cast<double>(query.size());
  const double step = std::max(largest / kLargestInt16, sizes / most);
  integers.step = std::max(static_cast<float>(step), std::numeric_limits<float>::min());
  for (std::size_t i = 0; i < query.size(); ++i) {
    const double number = std::nearbyint(query[i] / static_cast<double>(integers.step));
    integers.values[i] = static_cast<std::int16_t>(
        std::clamp(number, double{-kLargestInt16}, double{kLargestInt16}));
  }
  return integers;
}

void check_finite(std::span<const float> values, const char* what) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    throw std::invalid_argument(
        fmt::format("a {} whose number {} is {}; expected finite ones", what, i, values[i]));
  }
}

}  // namespace specbridge
