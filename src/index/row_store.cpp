#include "index/row_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <type_traits>

#include "base/parallel.h"
#include "index/row_values.h"
#include "index/sweep.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr std::size_t kRowsAtOnce = 1024;  // of a single query, between two looks at the checksums
// From so many queries on it pays to unpack rows once for all of them.
constexpr std::size_t kManyQueries = 5;

/// Whether a row of floats, of either size, is zero in every place (of either sign).
template <typename Number>
bool is_zero(const Number* row, std::size_t dim) {
  return std::all_of(row, row + dim, [](Number x) {
    if constexpr (std::is_same_v<Number, std::uint16_t>) return (x & 0x7fffU) == 0;
    return x == 0;
  });
}

/// The scores of int8 rows by score_of(); the same bits whatever the processor.
__attribute__((target_clones("avx512f", "avx2", "default"))) void score_sums(
    std::span<const std::int32_t> sums, std::span<const float> scales, float step, float* scores) {
  for (std::size_t r = 0; r < sums.size(); ++r) scores[r] = score_of(sums[r], step, scales[r]);
}

template <typename Number>
void mark_rows_of_zeros(RowsAt<Number> rows, std::span<float* const> scores) {
  for (float* const of_query : scores) {
    if (std::count(of_query, of_query + rows.count, 0.0F) == 0) continue;
    for (std::size_t r = 0; r < rows.count; ++r) {
      if (of_query[r] == 0 && is_zero(rows.values + r * rows.dim, rows.dim)) {
        of_query[r] = kNoVectorScore;
      }
    }
  }
}

/// Memory for numbers of one thread, used again and again.
template <typename Number>
Number* scratch(std::size_t count) {
  thread_local AlignedNumbers<Number> numbers;
  if (numbers.size() < count) numbers = AlignedNumbers<Number>(count);
  return numbers.data();
}

void check_holds(const BlockFile& file, std::uint64_t count, std::size_t bytes, const char* what) {
  if (file.size() % bytes == 0 && file.size() / bytes == count) return;
  throw ArtifactError(
      fmt::format("{}: holds {} bytes, expected {} {} of {} bytes each; build the library again",
                  file.path().string(), file.size(), count, what, bytes));
}

}  // namespace

void RowStore::scores_of_many(std::span<const ScoreRequest> requests,
                              const RunContext& context) const {
  parallel_for(requests.size(), context.threads, [&](std::size_t i) {
    context.check_interrupt();
    scores(requests[i].query, *requests[i].rows, requests[i].scores);
  });
}

StoredRows::StoredRows(RowType type, const BlockFile& vectors, const BlockFile* scales,
                       RowSize size, const Kernels& kernels)
    : type_(type), size_(size), vectors_(vectors), scales_(scales), kernels_(kernels) {
  if ((type == RowType::i8) != (scales != nullptr)) {
    throw std::invalid_argument("int8 rows have scales, others have none");
  }
}

std::unique_ptr<StoredRows> open_rows(RowType type, const BlockFile& vectors,
                                      const BlockFile* scales, std::size_t rows, std::size_t dim) {
  check_holds(vectors, rows, std::max<std::size_t>(dim * bytes_of_number(type), 1), "rows");
  if (scales != nullptr) check_holds(*scales, rows, sizeof(float), "scales");
  return std::make_unique<StoredRows>(type, vectors, scales, RowSize{rows, dim});
}

const char* StoredRows::bytes(const RowRange& rows) const {
  const std::size_t bytes = dim() * bytes_of_number(type_);
  return vectors_.bytes(rows.first * bytes, rows.size() * bytes).data();
}

std::string_view StoredRows::stored(std::size_t row) const {
  const std::size_t bytes = dim() * bytes_of_number(type_);
  return vectors_.bytes(row * bytes, bytes);
}

float StoredRows::scale(std::size_t row) const {
  return scales_ == nullptr ? 1 : scales_->values<float>(row, 1).front();
}

StoredRows::Prepared StoredRows::prepare(std::span<const float> query) const {
  check_finite(query, "query");
  Prepared prepared;
  if (type_ == RowType::i8) {
    const IntegerQuery integers = integers_of(query);
    prepared.integers = AlignedNumbers<std::int16_t>(query.size());
    std::ranges::copy(integers.values, prepared.integers.data());
    prepared.step = integers.step;
  } else {
    prepared.values = AlignedNumbers<float>(query.size());
    std::ranges::copy(query, prepared.values.data());
  }
  return prepared;
}

void StoredRows::scores(std::span<const float> query, const RowSet& rows,
                        std::span<float> scores) const {
  check_sizes(*this, query, rows, scores);
  const Prepared prepared = prepare(query);
  const Prepared* const one = &prepared;
  float* place = scores.data();
  rows.for_each_range([&](RowRange range) {
    while (range.size() > 0) {
      const std::size_t last = std::min(range.last, range.first + kRowsAtOnce);
      this->scores(std::span(&one, 1), {range.first, last}, std::span(&place, 1));
      place += last - range.first;
      range.first = last;
    }
  });
}

void StoredRows::scores_of_many(std::span<const ScoreRequest> requests,
                                const RunContext& context) const {
  sweep(*this, requests, context);
}

void StoredRows::scores(std::span<const Prepared* const> queries, const RowRange& rows,
                        std::span<float* const> scores) const {
  if (rows.size() == 0) return;
  return type_ == RowType::i8 ? score_integers(queries, rows, scores)
                              : score_floats(queries, rows, scores);
}

void StoredRows::score_floats(std::span<const Prepared* const> queries, const RowRange& rows,
                              std::span<float* const> scores) const {
  const std::span values(scratch<const float*>(queries.size()), queries.size());
  for (std::size_t q = 0; q < queries.size(); ++q) values[q] = queries[q]->values.data();
  if (type_ == RowType::f32) {
    const RowsAt<float> at = {reinterpret_cast<const float*>(bytes(rows)), rows.size(), dim()};
    kernels_.f32(at, values, scores.data());
    return mark_zero_rows(at, scores);
  }
  const RowsAt<std::uint16_t> at = {reinterpret_cast<const std::uint16_t*>(bytes(rows)),
                                    rows.size(), dim()};
  if (queries.size() < kManyQueries) {
    kernels_.f16(at, values, scores.data());
  } else {
    float* const wide = scratch<float>(rows.size() * dim());
    kernels_.widen_f16(at, wide);
    kernels_.f32({wide, rows.size(), dim()}, values, scores.data());
  }
  mark_zero_rows(at, scores);
}

void StoredRows::score_integers(std::span<const Prepared* const> queries, const RowRange& rows,
                                std::span<float* const> scores) const {
  const std::span values(scratch<const std::int16_t*>(queries.size()), queries.size());
  const std::span sums(scratch<std::int32_t*>(queries.size()), queries.size());
  std::int32_t* const all_sums = scratch<std::int32_t>(queries.size() * rows.size());
  for (std::size_t q = 0; q < queries.size(); ++q) {
    values[q] = queries[q]->integers.data();
    sums[q] = all_sums + q * rows.size();
  }
  const RowsAt<std::int8_t> at = {reinterpret_cast<const std::int8_t*>(bytes(rows)), rows.size(),
                                  dim()};
  if (queries.size() < kManyQueries) {
    kernels_.i8(at, values, sums.data());
  } else {
    auto* const wide = scratch<std::int16_t>(rows.size() * dim());
    kernels_.widen_i8(at, wide);
    kernels_.i16({wide, rows.size(), dim()}, values, sums.data());
  }
  const auto scales = scales_->values<float>(rows.first, rows.size());
  for (std::size_t q = 0; q < queries.size(); ++q) {
    score_sums(std::span(sums[q], rows.size()), scales, queries[q]->step, scores[q]);
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (scales[r] != 0) continue;
    for (float* const of_query : scores) of_query[r] = kNoVectorScore;
  }
}

void StoredRows::decode(const RowSet& rows, std::span<float> vectors) const {
  std::size_t place = 0;
  rows.for_each([&](std::size_t row) {
    decode_row(type_, stored(row), scale(row), vectors.subspan(place, dim()));
    place += dim();
  });
}

void mark_zero_rows(RowsAt<float> rows, std::span<float* const> scores) {
  mark_rows_of_zeros(rows, scores);
}

void mark_zero_rows(RowsAt<std::uint16_t> rows, std::span<float* const> scores) {
  mark_rows_of_zeros(rows, scores);
}

void check_sizes(const RowStore& store, std::span<const float> query, const RowSet& rows,
                 std::span<const float> scores) {
  if (query.size() != store.dim()) {
    throw std::invalid_argument(
        fmt::format("a query of {} dimensions for rows of {}", query.size(), store.dim()));
  }
  if (scores.size() != rows.size()) {
    throw std::invalid_argument(
        fmt::format("{} places for the scores of {} rows", scores.size(), rows.size()));
  }
}

}  // namespace specbridge
