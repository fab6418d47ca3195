#include "library/sharded_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "specbridge/error.h"

namespace specbridge {

RowPlaces::RowPlaces(const std::vector<std::size_t>& counts) : starts_{0} {
  for (const std::size_t count : counts) starts_.push_back(starts_.back() + count);
}

std::pair<std::size_t, std::size_t> RowPlaces::of(std::size_t row) const {
  if (row >= rows()) {
    throw ArtifactError(fmt::format("row {} lies beyond the {} of the library", row, rows()));
  }
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), row);
  const auto store = static_cast<std::size_t>(next - starts_.begin()) - 1;
  return {store, row - starts_[store]};
}

ShardedRows::ShardedRows(std::vector<const RowStore*> stores, RowPlaces places, std::size_t dim)
    : stores_(std::move(stores)), places_(std::move(places)), dim_(dim) {}

void ShardedRows::scores(std::span<const float> query, const RowSet& rows,
                         std::span<float> scores) const {
  check_sizes(*this, query, rows, scores);
  std::size_t place = 0;
  rows.for_each_range([&](const RowRange& range) {
    places_.for_each_part(range, [&](std::size_t store, const RowRange& part) {
      stores_[store]->scores(query, RowSet(std::vector<RowRange>{part}),
                             scores.subspan(place, part.size()));
      place += part.size();
    });
  });
}

void ShardedRows::scores_of_many(std::span<const ScoreRequest> requests,
                                 const RunContext& context) const {
  struct Part {
    std::size_t request;
    RowSet rows;
    std::span<float> scores;
  };
  std::vector<std::vector<Part>> parts(stores_.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    std::size_t place = 0;
    requests[i].rows->for_each_range([&](const RowRange& range) {
      places_.for_each_part(range, [&](std::size_t store, const RowRange& part) {
        parts[store].push_back({i, RowSet({part}), requests[i].scores.subspan(place, part.size())});
        place += part.size();
      });
    });
  }
  for (std::size_t store = 0; store < stores_.size(); ++store) {
    std::vector<ScoreRequest> of_store;
    for (const auto& part : parts[store]) {
      of_store.push_back({requests[part.request].query, &part.rows, part.scores});
    }
    stores_[store]->scores_of_many(of_store, context);
  }
}

void ShardedRows::decode(const RowSet& rows, std::span<float> vectors) const {
  std::size_t place = 0;
  rows.for_each_range([&](const RowRange& range) {
    places_.for_each_part(range, [&](std::size_t store, const RowRange& part) {
      const std::size_t count = part.size() * dim_;
      stores_[store]->decode(RowSet(std::vector<RowRange>{part}), vectors.subspan(place, count));
      place += count;
    });
  });
}

}  // namespace specbridge
