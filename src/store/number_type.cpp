#include "store/number_type.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace specbridge {
namespace {

struct TypeRow {
  NumberType type;
  std::string_view dtype;
  std::size_t bytes;
};
constexpr std::array kTypes = {TypeRow{NumberType::float32, "F32", 4},
                               TypeRow{NumberType::bfloat16, "BF16", 2},
                               TypeRow{NumberType::float8, "F8_E4M3", 1}};

const TypeRow& row_of(NumberType type) {
  return kTypes.at(static_cast<std::size_t>(type));
}

std::uint16_t to_bfloat16(float number) {
  const auto bits = std::bit_cast<std::uint32_t>(number);
  const std::uint32_t odd = bits >> 16U & 1U;
  return static_cast<std::uint16_t>((bits + 0x7FFFU + odd) >> 16U);
}

float of_bfloat16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
}

constexpr std::uint8_t kSign = 0x80, kNotANumber = 0x7F;

/// The numbers of float8 from 0 up, by their codes; the last is 448.
const std::array<float, kNotANumber>& float8_numbers() {
  static const auto kNumbers = [] {
    std::array<float, kNotANumber> table{};
    for (int code = 0; code < kNotANumber; ++code) {
      const int exponent = code >> 3, fraction = code & 7;
      table[static_cast<std::size_t>(code)] =
          exponent == 0 ? std::ldexp(static_cast<float>(fraction), -9)
                        : std::ldexp(static_cast<float>(8 + fraction), exponent - 10);
    }
    return table;
  }();
  return kNumbers;
}

std::uint8_t to_float8(float number) {
  const auto& table = float8_numbers();
  const float size = std::fabs(number);
  const auto above = std::ranges::lower_bound(table, size);
  auto code = static_cast<std::size_t>(above - table.begin());
  if (code == table.size()) {
    --code;
  } else if (code > 0) {
    const float up = table[code] - size, down = size - table[code - 1];
    if (down < up || (down == up && code % 2 == 1)) --code;
  }
  const std::uint8_t sign = std::signbit(number) ? kSign : std::uint8_t{0};
  return static_cast<std::uint8_t>(code | sign);
}

float of_float8(std::uint8_t bits) {
  const std::uint8_t code = bits & kNotANumber;
  if (code == kNotANumber) return std::numeric_limits<float>::quiet_NaN();
  const float size = float8_numbers().at(code);
  return (bits & kSign) != 0 ? -size : size;
}

template <typename Stored, typename Convert>
std::string converted(std::span<const float> numbers, Convert convert) {
  std::string bytes(numbers.size() * sizeof(Stored), '\0');
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const Stored stored = convert(numbers[i]);
    std::memcpy(bytes.data() + i * sizeof stored, &stored, sizeof stored);
  }
  return bytes;
}

template <typename Stored, typename Convert>
void convert_back(std::string_view bytes, std::span<float> numbers, Convert convert) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    Stored stored{};
    std::memcpy(&stored, bytes.data() + i * sizeof stored, sizeof stored);
    numbers[i] = convert(stored);
  }
}

}  // namespace

std::string_view dtype_of(NumberType type) {
  return row_of(type).dtype;
}

std::optional<NumberType> number_type(std::string_view dtype) {
  const auto found = std::ranges::find(kTypes, dtype, &TypeRow::dtype);
  if (found == kTypes.end()) return {};
  return found->type;
}

std::size_t bytes_of(NumberType type) {
  return row_of(type).bytes;
}

std::string encode_numbers(std::span<const float> numbers, NumberType type) {
  switch (type) {
    case NumberType::bfloat16:
      return converted<std::uint16_t>(numbers, to_bfloat16);
    case NumberType::float8:
      return converted<std::uint8_t>(numbers, to_float8);
    case NumberType::float32:
      break;
  }
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()};
}

void decode_numbers(std::string_view bytes, NumberType type, std::span<float> numbers) {
  switch (type) {
    case NumberType::bfloat16:
      convert_back<std::uint16_t>(bytes, numbers, of_bfloat16);
      return;
    case NumberType::float8:
      convert_back<std::uint8_t>(bytes, numbers, of_float8);
      return;
    case NumberType::float32:
      if (!numbers.empty()) std::memcpy(numbers.data(), bytes.data(), numbers.size_bytes());
  }
}

}  // namespace specbridge
