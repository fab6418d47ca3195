#include "library/postgres/fetched_rows.h"

#include <algorithm>
#include <stdexcept>

#include "index/kernels/kernels.h"
#include "index/row_values.h"

namespace specbridge {

std::size_t FetchedRows::index_of(std::size_t row) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(rows_, row) - rows_.begin());
}

std::span<std::uint16_t> FetchedRows::place_of(std::size_t row) {
  const std::size_t index = index_of(row);
  if (index == rows_.size() || rows_[index] != row) return {};
  return std::span(values_).subspan(index * of_.dim, of_.dim);
}

template <typename Visit>
void FetchedRows::for_each_run(const RowSet& rows, Visit&& visit) const {
  rows.for_each_range([&](const RowRange& range) {
    if (range.size() == 0) return;
    const std::size_t index = index_of(range.first), last = index + range.size() - 1;
    // Rows are ascending, each once: where first and last are as far apart, all between are there.
    if (last >= rows_.size() || rows_[index] != range.first || rows_[last] != range.last - 1) {
      throw std::logic_error("rows that were not fetched");
    }
    visit(values_.data() + index * of_.dim, range.size());
  });
}

void FetchedRows::scores(std::span<const float> query, const RowSet& rows,
                         std::span<float> scores) const {
  check_sizes(*this, query, rows, scores);
  check_finite(query, "query");
  const Kernels& kernels = best_kernels();
  const float* const values = query.data();
  float* to = scores.data();
  for_each_run(rows, [&](const std::uint16_t* row, std::size_t count) {
    const RowsAt<std::uint16_t> run{row, count, of_.dim};
    kernels.f16(run, {&values, 1}, &to);
    mark_zero_rows(run, std::span(&to, 1));
    to += count;
  });
}

void FetchedRows::decode(const RowSet& rows, std::span<float> vectors) const {
  float* to = vectors.data();
  for_each_run(rows, [&](const std::uint16_t* row, std::size_t count) {
    to = std::transform(row, row + count * of_.dim, to, from_float16);
  });
}

}  // namespace specbridge
