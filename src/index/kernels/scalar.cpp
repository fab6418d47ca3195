#include <array>
#include <cstring>

#include "index/kernels/kernels.h"
#include "index/row_values.h"

namespace specbridge {
namespace {

constexpr std::size_t kSums = 16;

float number_of(float value) {
  return value;
}
float number_of(std::uint16_t value) {
  return from_float16(value);
}

template <typename Number>
float float_product(const float* query, const Number* row, std::size_t dim) {
  std::array<float, kSums> sums{};
  const std::size_t whole = dim / kSums * kSums;
  for (std::size_t i = 0; i < whole; i += kSums) {
    std::array<float, kSums> numbers;
    for (std::size_t lane = 0; lane < kSums; ++lane) numbers[lane] = number_of(row[i + lane]);
    for (std::size_t lane = 0; lane < kSums; ++lane) sums[lane] += query[i + lane] * numbers[lane];
  }
  for (std::size_t i = whole; i < dim; ++i) sums[i - whole] += query[i] * number_of(row[i]);
  for (std::size_t width = kSums / 2; width > 0; width /= 2) {
    for (std::size_t lane = 0; lane < width; ++lane) sums[lane] += sums[lane + width];
  }
  return sums[0];
}

template <typename Number>
std::int32_t integer_product(const std::int16_t* query, const Number* row, std::size_t dim) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < dim; ++i) {
    sum += static_cast<std::uint32_t>(std::int32_t{query[i]} * std::int32_t{row[i]});
  }
  return static_cast<std::int32_t>(sum);
}

template <typename Number>
void float_scalars(RowsAt<Number> rows, QueriesAt<float> queries, float* const* results) {
  for (std::size_t q = 0; q < queries.size(); ++q) {
    for (std::size_t r = 0; r < rows.count; ++r) {
      results[q][r] = float_product(queries[q], rows.values + r * rows.dim, rows.dim);
    }
  }
}

template <typename Number>
void integer_scalars(RowsAt<Number> rows, QueriesAt<std::int16_t> queries,
                     std::int32_t* const* results) {
  for (std::size_t q = 0; q < queries.size(); ++q) {
    for (std::size_t r = 0; r < rows.count; ++r) {
      results[q][r] = integer_product(queries[q], rows.values + r * rows.dim, rows.dim);
    }
  }
}

void widen_float16(RowsAt<std::uint16_t> rows, float* to) {
  for (std::size_t i = 0; i < rows.count * rows.dim; ++i) to[i] = from_float16(rows.values[i]);
}

void widen_int8(RowsAt<std::int8_t> rows, std::int16_t* to) {
  for (std::size_t i = 0; i < rows.count * rows.dim; ++i) to[i] = rows.values[i];
}

/// The sum of each row of a block: of every place the number that the row's four signs choose.
std::array<std::uint32_t, kSignBlockRows> sign_sums(const std::uint8_t* block, std::size_t places,
                                                    const std::uint8_t* tables) {
  constexpr std::size_t kHalf = kSignBlockRows / 2, kTable = 16;
  std::array<std::uint32_t, kSignBlockRows> sums{};
  for (std::size_t place = 0; place < places; ++place) {
    const std::uint8_t* table = tables + place * kTable;
    for (std::size_t r = 0; r < kHalf; ++r) {
      const std::uint8_t signs = block[place * kHalf + r];
      sums[r] += table[signs & 15U];
      sums[r + kHalf] += table[signs >> 4U];
    }
  }
  return sums;
}

void sign_scalars(SignBlocks blocks, std::span<const SignQuery> queries, float* const* scores) {
  for (std::size_t i = 0; i < blocks.count; ++i) {
    const std::uint8_t* block = blocks.bytes + i * blocks.block_bytes();
    std::array<float, kSignBlockRows> factors;
    std::memcpy(factors.data(), block + blocks.code_bytes(), sizeof(factors));
    for (std::size_t q = 0; q < queries.size(); ++q) {
      const auto& [tables, base, step, centre] = queries[q];
      const auto sums = sign_sums(block, blocks.places, tables);
      for (std::size_t r = 0; r < kSignBlockRows; ++r) {
        scores[q][i * kSignBlockRows + r] =
            centre + factors[r] * (base + step * static_cast<float>(sums[r]));
      }
    }
  }
}

}  // namespace

const Kernels& scalar_kernels() {
  static constexpr Kernels kScalar = {"scalar",
                                      float_scalars<float>,
                                      float_scalars<std::uint16_t>,
                                      integer_scalars<std::int8_t>,
                                      integer_scalars<std::int16_t>,
                                      widen_float16,
                                      widen_int8,
                                      sign_scalars};
  return kScalar;
}

}  // namespace specbridge
