// AVX-512 with VNNI. A tile is some rows against some queries: each number is loaded once for all
// of them, and the sums stay in registers.
#include <immintrin.h>

#include "index/kernels/kernels.h"

#define SPECBRIDGE_AVX512 \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"), always_inline)) inline
#define SPECBRIDGE_AVX512_ENTRY \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))

namespace specbridge {
namespace {

constexpr std::size_t kTileQueries512 = 4;

/// A single query reads one row after the other: memory likes one stream best.
constexpr std::size_t rows_of_tile512(int queries) {
  return queries == 1 ? 1 : 4;
}

SPECBRIDGE_AVX512 __m512 floats_at(const float* at) {
  return _mm512_loadu_ps(at);
}
SPECBRIDGE_AVX512 __m512 floats_at(const float* at, __mmask16 which) {
  return _mm512_maskz_loadu_ps(which, at);
}
SPECBRIDGE_AVX512 __m512 floats_at(const std::uint16_t* at) {
  return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)));
}
SPECBRIDGE_AVX512 __m512 floats_at(const std::uint16_t* at, __mmask16 which) {
  return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(which, at));
}
SPECBRIDGE_AVX512 __m512i int16s_at(const std::int16_t* at) {
  return _mm512_loadu_si512(at);
}
SPECBRIDGE_AVX512 __m512i int16s_at(const std::int16_t* at, __mmask32 which) {
  return _mm512_maskz_loadu_epi16(which, at);
}
SPECBRIDGE_AVX512 __m512i int16s_at(const std::int8_t* at) {
  return _mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)));
}
SPECBRIDGE_AVX512 __m512i int16s_at(const std::int8_t* at, __mmask32 which) {
  return _mm512_cvtepi8_epi16(_mm256_maskz_loadu_epi8(which, at));
}

SPECBRIDGE_AVX512 void fetch_ahead(const void* at) {
  _mm_prefetch(static_cast<const char*>(at) + kFetchAheadBytes, _MM_HINT_T0);
}

/// 16 sums to 4: each with the one 8 places on, then with the one 4 places on.
SPECBRIDGE_AVX512 __m128 four_of(__m512 sums) {
  const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(sums), _mm512_extractf32x8_ps(sums, 1));
  return _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
}
SPECBRIDGE_AVX512 __m128i four_of(__m512i sums) {
  const __m256i eight =
      _mm256_add_epi32(_mm512_castsi512_si256(sums), _mm512_extracti64x4_epi64(sums, 1));
  return _mm_add_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
}

SPECBRIDGE_AVX512 void put_total(__m128 four, float* to) {
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  *to = _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}
SPECBRIDGE_AVX512 void put_total(__m128i four, std::int32_t* to) {
  const __m128i two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
  *to = _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 1)));
}

/// The totals of four sums at once, in the same order of additions: 8, 4, 2 places on, then one.
SPECBRIDGE_AVX512 void put_totals(__m512 a, __m512 b, __m512 c, __m512 d, float* to) {
  const __m512 ab =
      _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xee));
  const __m512 cd =
      _mm512_add_ps(_mm512_shuffle_f32x4(c, d, 0x44), _mm512_shuffle_f32x4(c, d, 0xee));
  const __m512 four =
      _mm512_add_ps(_mm512_shuffle_f32x4(ab, cd, 0x88), _mm512_shuffle_f32x4(ab, cd, 0xdd));
  const __m512 two = _mm512_add_ps(four, _mm512_permute_ps(four, 0xee));
  const __m512 one = _mm512_add_ps(two, _mm512_permute_ps(two, 0x55));
  _mm_storeu_ps(to, _mm512_castps512_ps128(_mm512_maskz_compress_ps(0x1111, one)));
}
SPECBRIDGE_AVX512 void put_totals(__m512i a, __m512i b, __m512i c, __m512i d, std::int32_t* to) {
  const __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
  const __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
  const __m512i abcd =
      _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), four_of(abcd));
}

/// @param sums [rows][queries] @param results of the queries, `at` the first row's place in them
template <int Rows, int Queries, typename Sum, typename Result>
SPECBRIDGE_AVX512 void put_tile(const Sum (&sums)[Rows][Queries], Result* const* results,
                                std::size_t at) {
#pragma GCC unroll 8
  for (int q = 0; q < Queries; ++q) {
    if constexpr (Rows == 4) {
      put_totals(sums[0][q], sums[1][q], sums[2][q], sums[3][q], results[q] + at);
    } else {
      for (int r = 0; r < Rows; ++r) put_total(four_of(sums[r][q]), results[q] + at + r);
    }
  }
}

template <int Rows, int Queries, typename Number>
SPECBRIDGE_AVX512 void add_products(const Number* const (&row)[Rows], const float* const* queries,
                                    std::size_t i, __m512 (&sums)[Rows][Queries]) {
  __m512 numbers[Rows];
#pragma GCC unroll 8
  for (int r = 0; r < Rows; ++r) numbers[r] = floats_at(row[r] + i);
#pragma GCC unroll 8
  for (int q = 0; q < Queries; ++q) {
    const __m512 query = floats_at(queries[q] + i);
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
      sums[r][q] = _mm512_add_ps(sums[r][q], _mm512_mul_ps(query, numbers[r]));
    }
  }
}

template <int Rows, int Queries, typename Number>
SPECBRIDGE_AVX512 void float_tile512(RowsAt<Number> rows, std::size_t at,
                                     const float* const* queries, float* const* results) {
  constexpr std::size_t kStep = 16;
  const Number* row[Rows];
  __m512 sums[Rows][Queries];
  for (int r = 0; r < Rows; ++r) {
    row[r] = rows.values + (at + static_cast<std::size_t>(r)) * rows.dim;
    for (int q = 0; q < Queries; ++q) sums[r][q] = _mm512_setzero_ps();
  }
  const std::size_t whole = rows.dim / kStep * kStep;
  for (std::size_t i = 0; i < whole; i += kStep) {
    if constexpr (Queries == 1) fetch_ahead(row[0] + i);
    add_products(row, queries, i, sums);
  }
  if (whole < rows.dim) {
    const auto which = static_cast<__mmask16>((1U << (rows.dim - whole)) - 1);
    for (int q = 0; q < Queries; ++q) {
      const __m512 query = floats_at(queries[q] + whole, which);
      for (int r = 0; r < Rows; ++r) {
        const __m512 product = _mm512_mul_ps(query, floats_at(row[r] + whole, which));
        sums[r][q] = _mm512_mask_add_ps(sums[r][q], which, sums[r][q], product);
      }
    }
  }
  put_tile(sums, results, at);
}

template <int Rows, int Queries, typename Number>
SPECBRIDGE_AVX512 void integer_tile512(RowsAt<Number> rows, std::size_t at,
                                       const std::int16_t* const* queries,
                                       std::int32_t* const* results) {
  constexpr std::size_t kStep = 32;
  const Number* row[Rows];
  __m512i sums[Rows][Queries];
  for (int r = 0; r < Rows; ++r) {
    row[r] = rows.values + (at + static_cast<std::size_t>(r)) * rows.dim;
    for (int q = 0; q < Queries; ++q) sums[r][q] = _mm512_setzero_si512();
  }
  const std::size_t whole = rows.dim / kStep * kStep;
  for (std::size_t i = 0; i < whole; i += kStep) {
    if constexpr (Queries == 1) fetch_ahead(row[0] + i);
    __m512i numbers[Rows];
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) numbers[r] = int16s_at(row[r] + i);
#pragma GCC unroll 8
    for (int q = 0; q < Queries; ++q) {
      const __m512i query = int16s_at(queries[q] + i);
#pragma GCC unroll 8
      for (int r = 0; r < Rows; ++r) {
        sums[r][q] = _mm512_dpwssd_epi32(sums[r][q], query, numbers[r]);
      }
    }
  }
  if (whole < rows.dim) {
    const auto which = static_cast<__mmask32>((1U << (rows.dim - whole)) - 1);
    for (int q = 0; q < Queries; ++q) {
      const __m512i query = int16s_at(queries[q] + whole, which);
      for (int r = 0; r < Rows; ++r) {
        sums[r][q] = _mm512_dpwssd_epi32(sums[r][q], query, int16s_at(row[r] + whole, which));
      }
    }
  }
  put_tile(sums, results, at);
}

template <int Queries, typename Number>
SPECBRIDGE_AVX512 void float_rows512(RowsAt<Number> rows, const float* const* queries,
                                     float* const* results) {
  constexpr std::size_t kRows = rows_of_tile512(Queries);
  std::size_t at = 0;
  for (; at + kRows <= rows.count; at += kRows) {
    float_tile512<kRows, Queries>(rows, at, queries, results);
  }
  for (; at < rows.count; ++at) float_tile512<1, Queries>(rows, at, queries, results);
}

template <int Queries, typename Number>
SPECBRIDGE_AVX512 void integer_rows512(RowsAt<Number> rows, const std::int16_t* const* queries,
                                       std::int32_t* const* results) {
  constexpr std::size_t kRows = rows_of_tile512(Queries);
  std::size_t at = 0;
  for (; at + kRows <= rows.count; at += kRows) {
    integer_tile512<kRows, Queries>(rows, at, queries, results);
  }
  for (; at < rows.count; ++at) integer_tile512<1, Queries>(rows, at, queries, results);
}

template <typename Number>
SPECBRIDGE_AVX512_ENTRY void floats512(RowsAt<Number> rows, QueriesAt<float> queries,
                                       float* const* results) {
  const float* const* query = queries.data();
  std::size_t left = queries.size();
  for (; left >= kTileQueries512; left -= kTileQueries512) {
    float_rows512<kTileQueries512>(rows, query, results);
    query += kTileQueries512;
    results += kTileQueries512;
  }
  if (left == 3) float_rows512<3>(rows, query, results);
  if (left == 2) float_rows512<2>(rows, query, results);
  if (left == 1) float_rows512<1>(rows, query, results);
}

template <typename Number>
SPECBRIDGE_AVX512_ENTRY void integers512(RowsAt<Number> rows, QueriesAt<std::int16_t> queries,
                                         std::int32_t* const* results) {
  const std::int16_t* const* query = queries.data();
  std::size_t left = queries.size();
  for (; left >= kTileQueries512; left -= kTileQueries512) {
    integer_rows512<kTileQueries512>(rows, query, results);
    query += kTileQueries512;
    results += kTileQueries512;
  }
  if (left == 3) integer_rows512<3>(rows, query, results);
  if (left == 2) integer_rows512<2>(rows, query, results);
  if (left == 1) integer_rows512<1>(rows, query, results);
}

SPECBRIDGE_AVX512_ENTRY void widen_f16_512(RowsAt<std::uint16_t> rows, float* to) {
  const std::size_t count = rows.count * rows.dim, whole = count / 16 * 16;
  for (std::size_t i = 0; i < whole; i += 16) _mm512_storeu_ps(to + i, floats_at(rows.values + i));
  if (whole == count) return;
  const auto which = static_cast<__mmask16>((1U << (count - whole)) - 1);
  _mm512_mask_storeu_ps(to + whole, which, floats_at(rows.values + whole, which));
}

SPECBRIDGE_AVX512_ENTRY void widen_i8_512(RowsAt<std::int8_t> rows, std::int16_t* to) {
  const std::size_t count = rows.count * rows.dim, whole = count / 32 * 32;
  for (std::size_t i = 0; i < whole; i += 32) {
    _mm512_storeu_si512(to + i, int16s_at(rows.values + i));
  }
  if (whole == count) return;
  const auto which = static_cast<__mmask32>((1U << (count - whole)) - 1);
  _mm512_mask_storeu_epi16(to + whole, which, int16s_at(rows.values + whole, which));
}

/// Sums of bytes over places for the 16 rows of one half of a block: bytes are added in pairs as
/// numbers of 16 bits, and their upper halves once more by themselves, so that the lower ones can
/// be told afterwards.
struct PairSums512 {
  __m512i both, upper;
};

SPECBRIDGE_AVX512 void add_bytes(PairSums512& sums, __m512i bytes) {
  sums.both = _mm512_add_epi16(sums.both, bytes);
  sums.upper = _mm512_add_epi16(sums.upper, _mm512_srli_epi16(bytes, 8));
}

SPECBRIDGE_AVX512 __m128i four_lanes(__m512i sums) {
  const __m256i two =
      _mm256_add_epi16(_mm512_castsi512_si256(sums), _mm512_extracti64x4_epi64(sums, 1));
  return _mm_add_epi16(_mm256_castsi256_si128(two), _mm256_extracti128_si256(two, 1));
}

/// Scores of 16 rows of their sums.
SPECBRIDGE_AVX512 void put_half(PairSums512 sums, const std::uint8_t* factors,
                                const SignQuery& query, float* to) {
  const __m128i odd = four_lanes(sums.upper);
  const __m128i even = _mm_sub_epi16(four_lanes(sums.both), _mm_slli_epi16(odd, 8));
  const __m256i all = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_unpacklo_epi16(even, odd)),
                                              _mm_unpackhi_epi16(even, odd), 1);
  const __m512 steps = _mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(all));
  const __m512 product =
      _mm512_add_ps(_mm512_set1_ps(query.base), _mm512_mul_ps(_mm512_set1_ps(query.step), steps));
  const __m512 factor = _mm512_loadu_ps(factors);
  _mm512_storeu_ps(to, _mm512_add_ps(_mm512_set1_ps(query.centre), _mm512_mul_ps(factor, product)));
}

template <int Queries>
SPECBRIDGE_AVX512 void sign_block512(const std::uint8_t* block, std::size_t places,
                                     const SignQuery* queries, float* const* scores,
                                     std::size_t at) {
  constexpr std::size_t kStep = 64, kHalf = kSignBlockRows / 2;  // four places at a time
  const __m512i low_half = _mm512_set1_epi8(15);
  PairSums512 first[Queries], second[Queries];
  for (int q = 0; q < Queries; ++q) {
    first[q] = second[q] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
  }
  const std::size_t codes = places * kHalf;
  for (std::size_t i = 0; i < codes; i += kStep) {
    if constexpr (Queries == 1) fetch_ahead(block + i);
    const __m512i signs = _mm512_loadu_si512(block + i);
    const __m512i low = _mm512_and_si512(signs, low_half);
    const __m512i high = _mm512_and_si512(_mm512_srli_epi16(signs, 4), low_half);
#pragma GCC unroll 8
    for (int q = 0; q < Queries; ++q) {
      const __m512i table = _mm512_loadu_si512(queries[q].tables + i);
      add_bytes(first[q], _mm512_shuffle_epi8(table, low));
      add_bytes(second[q], _mm512_shuffle_epi8(table, high));
    }
  }
  for (int q = 0; q < Queries; ++q) {
    const std::uint8_t* factors = block + codes;
    put_half(first[q], factors, queries[q], scores[q] + at);
    put_half(second[q], factors + kHalf * sizeof(float), queries[q], scores[q] + at + kHalf);
  }
}

SPECBRIDGE_AVX512_ENTRY void signs512(SignBlocks blocks, std::span<const SignQuery> queries,
                                      float* const* scores) {
  for (std::size_t i = 0; i < blocks.count; ++i) {
    const std::uint8_t* block = blocks.bytes + i * blocks.block_bytes();
    std::size_t q = 0;
    for (; q + kTileQueries512 <= queries.size(); q += kTileQueries512) {
      sign_block512<kTileQueries512>(block, blocks.places, &queries[q], scores + q,
                                     i * kSignBlockRows);
    }
    for (; q < queries.size(); ++q) {
      sign_block512<1>(block, blocks.places, &queries[q], scores + q, i * kSignBlockRows);
    }
  }
}

}  // namespace

const Kernels& avx512_kernels() {
  static constexpr Kernels kAvx512 = {"avx512",
                                      floats512<float>,
                                      floats512<std::uint16_t>,
                                      integers512<std::int8_t>,
                                      integers512<std::int16_t>,
                                      widen_f16_512,
                                      widen_i8_512,
                                      signs512};
  return kAvx512;
}

}  // namespace specbridge
