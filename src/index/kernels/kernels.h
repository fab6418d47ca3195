#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace specbridge {

/// Rows that lie one behind the other in memory [count, dim].
template <typename Number>
struct RowsAt {
  const Number* values = nullptr;
  std::size_t count = 0, dim = 0;
};

template <typename Number>
using QueriesAt = std::span<const Number* const>;  ///< each [dim]

constexpr std::size_t kSignBlockRows = 32;

/// Vectors as signs (index/signs/sign_codes.h) in blocks of kSignBlockRows rows: `places` times 16
/// bytes, the low half of byte r being four signs of row r, the high half those of row r + 16; then
/// a float32 factor a row.
struct SignBlocks {
  const std::uint8_t* bytes = nullptr;
  std::size_t count = 0, places = 0;  ///< places: a multiple of 4

  constexpr std::size_t code_bytes() const { return places * (kSignBlockRows / 2); }
  constexpr std::size_t block_bytes() const {
    return code_bytes() + kSignBlockRows * sizeof(float);
  }
};

/// A query for them: the score of a row is centre + factor * (base + step * sum over places of the
/// number that the row's four signs choose), each step rounded. The sum is below 2^16.
struct SignQuery {
  const std::uint8_t* tables = nullptr;  ///< [places, 16]
  float base = 0, step = 0, centre = 0;
};

/// Inner products of rows and queries by the instructions of one kind of processor: results[q][r].
/// All sets give the same bits. Sums of floats have the order of dot() in base/matrix.h (16
/// interleaved sums, then pairwise; products are rounded before they are added); sums of integers
/// are taken modulo 2^32.
struct Kernels {
  const char* name;
  void (*f32)(RowsAt<float> rows, QueriesAt<float> queries, float* const* results);
  /// The rows are float16.
  void (*f16)(RowsAt<std::uint16_t> rows, QueriesAt<float> queries, float* const* results);
  void (*i8)(RowsAt<std::int8_t> rows, QueriesAt<std::int16_t> queries,
             std::int32_t* const* results);
  void (*i16)(RowsAt<std::int16_t> rows, QueriesAt<std::int16_t> queries,
              std::int32_t* const* results);
  /// Rows made ready for many queries. @param to as many numbers as the rows have
  void (*widen_f16)(RowsAt<std::uint16_t> rows, float* to);
  void (*widen_i8)(RowsAt<std::int8_t> rows, std::int16_t* to);
  /// @param scores of each query [blocks.count * kSignBlockRows]
  void (*signs)(SignBlocks blocks, std::span<const SignQuery> queries, float* const* scores);
};

/// A single query meets each row once, so memory is what it waits for: rows are fetched so many
/// bytes ahead (measured: 16 KiB are less good, 64 KiB no better).
constexpr std::size_t kFetchAheadBytes = 32768;

/// For every processor. Defined in index/kernels/scalar.cpp.
const Kernels& scalar_kernels();
/// AVX2 with F16C. Defined in index/kernels/avx2.cpp.
const Kernels& avx2_kernels();
/// AVX-512 with VNNI (F, BW, DQ, VL, VNNI). Defined in index/kernels/avx512.cpp.
const Kernels& avx512_kernels();

/// Those that this processor can run, the fastest last.
std::vector<const Kernels*> possible_kernels();
/// The fastest of them.
const Kernels& best_kernels();

}  // namespace specbridge
