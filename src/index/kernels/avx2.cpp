// AVX2 with F16C, without FMA: a fused product would have other bits. A tile is some rows against
// some queries: each number is loaded once for all of them, and the sums stay in registers.
#include <immintrin.h>

#include "index/kernels/kernels.h"
#include "index/row_values.h"

#define SPECBRIDGE_AVX2 __attribute__((target("avx2,f16c"), always_inline)) inline
#define SPECBRIDGE_AVX2_ENTRY __attribute__((target("avx2,f16c")))

namespace specbridge {
namespace {

SPECBRIDGE_AVX2 __m256 eight_floats_at(const float* at) {
  return _mm256_loadu_ps(at);
}
SPECBRIDGE_AVX2 __m256 eight_floats_at(const std::uint16_t* at) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
}
SPECBRIDGE_AVX2 float float_at(const float* at) {
  return *at;
}
SPECBRIDGE_AVX2 float float_at(const std::uint16_t* at) {
  return _cvtsh_ss(*at);
}
SPECBRIDGE_AVX2 __m256i sixteen_at(const std::int16_t* at) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}
SPECBRIDGE_AVX2 __m256i sixteen_at(const std::int8_t* at) {
  return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
}

/// 16 interleaved sums.
struct Sums {
  __m256 low, high;
};

SPECBRIDGE_AVX2 float total_of(Sums sums) {
  const __m256 eight = _mm256_add_ps(sums.low, sums.high);
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

/// What is left of a row behind the last 16.
template <typename Number>
SPECBRIDGE_AVX2 Sums with_tail(Sums sums, const float* query, const Number* row, std::size_t left) {
  float all[16];
  _mm256_storeu_ps(all, sums.low);
  _mm256_storeu_ps(all + 8, sums.high);
  for (std::size_t i = 0; i < left; ++i) all[i] += query[i] * float_at(row + i);
  return {_mm256_loadu_ps(all), _mm256_loadu_ps(all + 8)};
}

template <int Rows, int Queries, typename Number>
SPECBRIDGE_AVX2 void float_tile256(RowsAt<Number> rows, std::size_t at, const float* const* queries,
                                   float* const* results) {
  constexpr std::size_t kStep = 16;
  const Number* row[Rows];
  Sums sums[Rows][Queries];
  for (int r = 0; r < Rows; ++r) {
    row[r] = rows.values + (at + static_cast<std::size_t>(r)) * rows.dim;
    for (int q = 0; q < Queries; ++q) sums[r][q] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
  }
  const std::size_t whole = rows.dim / kStep * kStep;
  for (std::size_t i = 0; i < whole; i += kStep) {
    if constexpr (Queries == 1) {
      _mm_prefetch(reinterpret_cast<const char*>(row[0] + i) + kFetchAheadBytes, _MM_HINT_T0);
    }
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
      const __m256 low = eight_floats_at(row[r] + i), high = eight_floats_at(row[r] + i + 8);
#pragma GCC unroll 8
      for (int q = 0; q < Queries; ++q) {
        Sums& sum = sums[r][q];
        sum.low = _mm256_add_ps(sum.low, _mm256_mul_ps(eight_floats_at(queries[q] + i), low));
        sum.high =
            _mm256_add_ps(sum.high, _mm256_mul_ps(eight_floats_at(queries[q] + i + 8), high));
      }
    }
  }
  for (int r = 0; r < Rows; ++r) {
    for (int q = 0; q < Queries; ++q) {
      Sums sum = sums[r][q];
      if (whole < rows.dim) {
        sum = with_tail(sum, queries[q] + whole, row[r] + whole, rows.dim - whole);
      }
      results[q][at + static_cast<std::size_t>(r)] = total_of(sum);
    }
  }
}

SPECBRIDGE_AVX2 std::uint32_t total_of(__m256i sums) {
  const __m128i four =
      _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  const __m128i two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
  return static_cast<std::uint32_t>(
      _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 1))));
}

template <int Rows, int Queries, typename Number>
SPECBRIDGE_AVX2 void integer_tile256(RowsAt<Number> rows, std::size_t at,
                                     const std::int16_t* const* queries,
                                     std::int32_t* const* results) {
  constexpr std::size_t kStep = 16;
  const Number* row[Rows];
  __m256i sums[Rows][Queries];
  for (int r = 0; r < Rows; ++r) {
    row[r] = rows.values + (at + static_cast<std::size_t>(r)) * rows.dim;
    for (int q = 0; q < Queries; ++q) sums[r][q] = _mm256_setzero_si256();
  }
  const std::size_t whole = rows.dim / kStep * kStep;
  for (std::size_t i = 0; i < whole; i += kStep) {
    if constexpr (Queries == 1) {
      _mm_prefetch(reinterpret_cast<const char*>(row[0] + i) + kFetchAheadBytes, _MM_HINT_T0);
    }
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
      const __m256i numbers = sixteen_at(row[r] + i);
#pragma GCC unroll 8
      for (int q = 0; q < Queries; ++q) {
        const __m256i products = _mm256_madd_epi16(sixteen_at(queries[q] + i), numbers);
        sums[r][q] = _mm256_add_epi32(sums[r][q], products);
      }
    }
  }
  for (int r = 0; r < Rows; ++r) {
    for (int q = 0; q < Queries; ++q) {
      std::uint32_t total = total_of(sums[r][q]);
      for (std::size_t i = whole; i < rows.dim; ++i) {
        total += static_cast<std::uint32_t>(std::int32_t{queries[q][i]} * std::int32_t{row[r][i]});
      }
      results[q][at + static_cast<std::size_t>(r)] = static_cast<std::int32_t>(total);
    }
  }
}

template <int Rows, int Queries, typename Number>
SPECBRIDGE_AVX2 void float_rows256(RowsAt<Number> rows, const float* const* queries,
                                   float* const* results) {
  std::size_t at = 0;
  for (; at + Rows <= rows.count; at += Rows) {
    float_tile256<Rows, Queries>(rows, at, queries, results);
  }
  for (; at < rows.count; ++at) float_tile256<1, Queries>(rows, at, queries, results);
}

template <int Rows, int Queries, typename Number>
SPECBRIDGE_AVX2 void integer_rows256(RowsAt<Number> rows, const std::int16_t* const* queries,
                                     std::int32_t* const* results) {
  std::size_t at = 0;
  for (; at + Rows <= rows.count; at += Rows) {
    integer_tile256<Rows, Queries>(rows, at, queries, results);
  }
  for (; at < rows.count; ++at) integer_tile256<1, Queries>(rows, at, queries, results);
}

template <typename Number>
SPECBRIDGE_AVX2_ENTRY void floats256(RowsAt<Number> rows, QueriesAt<float> queries,
                                     float* const* results) {
  const float* const* query = queries.data();
  std::size_t left = queries.size();
  for (; left >= 3; left -= 3) {
    float_rows256<2, 3>(rows, query, results);
    query += 3;
    results += 3;
  }
  if (left == 2) float_rows256<2, 2>(rows, query, results);
  if (left == 1) float_rows256<1, 1>(rows, query, results);
}

template <typename Number>
SPECBRIDGE_AVX2_ENTRY void integers256(RowsAt<Number> rows, QueriesAt<std::int16_t> queries,
                                       std::int32_t* const* results) {
  const std::int16_t* const* query = queries.data();
  std::size_t left = queries.size();
  for (; left >= 4; left -= 4) {
    integer_rows256<2, 4>(rows, query, results);
    query += 4;
    results += 4;
  }
  if (left == 3) integer_rows256<2, 3>(rows, query, results);
  if (left == 2) integer_rows256<4, 2>(rows, query, results);
  if (left == 1) integer_rows256<1, 1>(rows, query, results);
}

SPECBRIDGE_AVX2_ENTRY void widen_f16_256(RowsAt<std::uint16_t> rows, float* to) {
  const std::size_t count = rows.count * rows.dim, whole = count / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8) {
    _mm256_storeu_ps(to + i, eight_floats_at(rows.values + i));
  }
  for (std::size_t i = whole; i < count; ++i) to[i] = float_at(rows.values + i);
}

SPECBRIDGE_AVX2_ENTRY void widen_i8_256(RowsAt<std::int8_t> rows, std::int16_t* to) {
  const std::size_t count = rows.count * rows.dim, whole = count / 16 * 16;
  for (std::size_t i = 0; i < whole; i += 16) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), sixteen_at(rows.values + i));
  }
  for (std::size_t i = whole; i < count; ++i) to[i] = rows.values[i];
}

/// Sums of bytes over places for the 16 rows of one half of a block: bytes are added in pairs as
/// numbers of 16 bits, and their upper halves once more by themselves, so that the lower ones can
/// be told afterwards.
struct PairSums {
  __m256i both, upper;
};

SPECBRIDGE_AVX2 void add_bytes(PairSums& sums, __m256i bytes) {
  sums.both = _mm256_add_epi16(sums.both, bytes);
  sums.upper = _mm256_add_epi16(sums.upper, _mm256_srli_epi16(bytes, 8));
}

SPECBRIDGE_AVX2 __m128i two_lanes(__m256i sums) {
  return _mm_add_epi16(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
}

/// Scores of 8 rows of their sums.
SPECBRIDGE_AVX2 void put_scores(__m128i sums, const std::uint8_t* factors, const SignQuery& query,
                                float* to) {
  const __m256 steps = _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(sums));
  const __m256 product =
      _mm256_add_ps(_mm256_set1_ps(query.base), _mm256_mul_ps(_mm256_set1_ps(query.step), steps));
  const __m256 factor = _mm256_loadu_ps(reinterpret_cast<const float*>(factors));
  _mm256_storeu_ps(to, _mm256_add_ps(_mm256_set1_ps(query.centre), _mm256_mul_ps(factor, product)));
}

SPECBRIDGE_AVX2 void put_half(PairSums sums, const std::uint8_t* factors, const SignQuery& query,
                              float* to) {
  const __m128i odd = two_lanes(sums.upper);
  const __m128i even = _mm_sub_epi16(two_lanes(sums.both), _mm_slli_epi16(odd, 8));
  put_scores(_mm_unpacklo_epi16(even, odd), factors, query, to);
  put_scores(_mm_unpackhi_epi16(even, odd), factors + 8 * sizeof(float), query, to + 8);
}

template <int Queries>
SPECBRIDGE_AVX2 void sign_block256(const std::uint8_t* block, std::size_t places,
                                   const SignQuery* queries, float* const* scores, std::size_t at) {
  constexpr std::size_t kStep = 32, kHalf = kSignBlockRows / 2;  // two places at a time
  const __m256i low_half = _mm256_set1_epi8(15);
  PairSums first[Queries], second[Queries];
  for (int q = 0; q < Queries; ++q) {
    first[q] = second[q] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
  }
  const std::size_t codes = places * kHalf;
  for (std::size_t i = 0; i < codes; i += kStep) {
    if constexpr (Queries == 1) {
      _mm_prefetch(reinterpret_cast<const char*>(block + i) + kFetchAheadBytes, _MM_HINT_T0);
    }
    const __m256i signs = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + i));
    const __m256i low = _mm256_and_si256(signs, low_half);
    const __m256i high = _mm256_and_si256(_mm256_srli_epi16(signs, 4), low_half);
#pragma GCC unroll 8
    for (int q = 0; q < Queries; ++q) {
      const __m256i table =
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(queries[q].tables + i));
      add_bytes(first[q], _mm256_shuffle_epi8(table, low));
      add_bytes(second[q], _mm256_shuffle_epi8(table, high));
    }
  }
  for (int q = 0; q < Queries; ++q) {
    const std::uint8_t* factors = block + codes;
    put_half(first[q], factors, queries[q], scores[q] + at);
    put_half(second[q], factors + kHalf * sizeof(float), queries[q], scores[q] + at + kHalf);
  }
}

SPECBRIDGE_AVX2_ENTRY void signs256(SignBlocks blocks, std::span<const SignQuery> queries,
                                    float* const* scores) {
  for (std::size_t i = 0; i < blocks.count; ++i) {
    const std::uint8_t* block = blocks.bytes + i * blocks.block_bytes();
    std::size_t q = 0;
    for (; q + 2 <= queries.size(); q += 2) {
      sign_block256<2>(block, blocks.places, &queries[q], scores + q, i * kSignBlockRows);
    }
    if (q < queries.size()) {
      sign_block256<1>(block, blocks.places, &queries[q], scores + q, i * kSignBlockRows);
    }
  }
}

}  // namespace

const Kernels& avx2_kernels() {
  static constexpr Kernels kAvx2 = {"avx2",
                                    floats256<float>,
                                    floats256<std::uint16_t>,
                                    integers256<std::int8_t>,
                                    integers256<std::int16_t>,
                                    widen_f16_256,
                                    widen_i8_256,
                                    signs256};
  return kAvx2;
}

}  // namespace specbridge
