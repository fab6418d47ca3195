#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace specbridge {

/// How a number of a tensor lies in a file; in memory all are float32.
enum class NumberType {
  float32,
  bfloat16,  ///< the upper half of a float32: 8 bits of precision
  float8,    ///< E4M3 without infinities: 4 bits of precision, from 2^-9 to 448
};

/// Its name in the safetensors format: F32, BF16, F8_E4M3.
std::string_view dtype_of(NumberType type);
/// Nothing for a name that is not among them.
std::optional<NumberType> number_type(std::string_view dtype);
std::size_t bytes_of(NumberType type);

/// Numbers as bytes, each rounded to the nearest that the type has, ties to even; beyond the range
/// of float8 to its largest.
std::string encode_numbers(std::span<const float> numbers, NumberType type);
/// The reverse. @param bytes bytes_of(type) for each number
void decode_numbers(std::string_view bytes, NumberType type, std::span<float> numbers);

}  // namespace specbridge
