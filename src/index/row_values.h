#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/row_type.h"

namespace specbridge {

/// Bytes of one number of a stored row.
std::size_t bytes_of_number(RowType type);

/// A row as it is stored.
struct EncodedRow {
  std::string bytes;  ///< little-endian
  float scale = 1;    ///< of int8 rows; 1 for the others, 0 for a row of zeros
};

/// Rounds to the nearest number that can be stored, to the even one of two. An int8 row is x * 127
/// / max|x|, rounded; its scale gives it the length that x has (the rounding alone would change it
/// by some hundred-thousandths). The same bytes on every machine.
/// @throws std::invalid_argument for a number that is not finite, or too large for float16
void encode_row(RowType type, std::span<const float> row, EncodedRow& encoded);

/// The numbers of a stored row: integers times the scale for int8. @param row [dim]
void decode_row(RowType type, std::string_view bytes, float scale, std::span<float> row);

/// The float16 of the nearest value, the even one of two; infinity from 65520 on.
std::uint16_t to_float16(float value);
inline float from_float16(std::uint16_t value) {
  constexpr float kUnit = 5.9604644775390625e-8F;  // 2^-24, the smallest float16
  const std::uint32_t sign = (value & 0x8000U) << 16, size = value & 0x7fffU;
  const auto small =
      std::bit_cast<std::uint32_t>(static_cast<float>(static_cast<int>(size)) * kUnit);
  const std::uint32_t usual = (size << 13) + 0x38000000U;      // (127 - 15) << 23
  const std::uint32_t no_number = (size << 13) | 0x7f800000U;  // infinity, or none
  // Masks, no branches: loops over it become vector instructions.
  const std::uint32_t is_small = 0U - static_cast<std::uint32_t>(size < 0x0400U);
  const std::uint32_t is_none = 0U - static_cast<std::uint32_t>(size >= 0x7c00U);
  const std::uint32_t bits =
      (small & is_small) | (no_number & is_none) | (usual & ~(is_small | is_none));
  return std::bit_cast<float>(sign | bits);
}

/// A query in whole numbers: values[i] stands for values[i] * step. The largest is 32767 at most,
/// and the sum of their sizes so small that no inner product with an int8 row leaves 32 bits.
struct IntegerQuery {
  std::vector<std::int16_t> values;
  float step = 0;  ///< 0: all values are
};

/// @param query finite
IntegerQuery integers_of(std::span<const float> query);

/// The score of an int8 row, from its inner product with an integer query: computed in double and
/// rounded to float at the end.
inline float score_of(std::int32_t sum, float step, float scale) {
  return static_cast<float>(sum * (static_cast<double>(step) * scale));
}

/// @throws std::invalid_argument naming `what` unless all values are finite numbers
void check_finite(std::span<const float> values, const char* what);

}  // namespace specbridge
