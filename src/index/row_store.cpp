#include "index/row_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/matrix.h"

namespace specbridge {

void Float32Rows::scores(std::span<const float> query, const RowSet& rows,
                         std::span<float> scores) const {
  check_sizes(*this, query, rows, scores);
  std::size_t place = 0;
  rows.for_each_range([&](const RowRange& range) {
    const auto values = file_.values<float>(range.first * dim_, range.size() * dim_);
    for (std::size_t i = 0; i < range.size(); ++i) {
      scores[place++] = dot(query, values.subspan(i * dim_, dim_));
    }
  });
}

void Float32Rows::decode(const RowSet& rows, std::span<float> vectors) const {
  auto place = vectors.begin();
  rows.for_each_range([&](const RowRange& range) {
    const auto values = file_.values<float>(range.first * dim_, range.size() * dim_);
    place = std::ranges::copy(values, place).out;
  });
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
