#include "search/merging/feature_queue.h"

#include <fmt/format.h>

#include <utility>

namespace specbridge {

FeatureBatch FeatureQueue::take(std::vector<Query> chunk) {
  FeatureBatch batch;
  std::map<std::size_t, std::vector<std::size_t>> in_hand;  // by the feature's last spectrum
  const auto last_of = [&](const Query& query) {
    return features_.spectra_of(query.name.index).back();
  };
  for (const Query& query : chunk) {
    const std::size_t last = last_of(query);
    if (query.name.index != last) continue;
    if (auto waiting = waiting_.extract(last)) {
      for (Query& one : waiting.mapped()) {
        in_hand[last].push_back(batch.queries.size());
        batch.queries.push_back(std::move(one));
      }
    }
  }
  batch.waited = batch.queries.size();
  for (Query& query : chunk) {
    const std::size_t last = last_of(query);
    in_hand[last].push_back(batch.queries.size());
    if (query.name.index == last) batch.complete.push_back(std::move(in_hand[last]));
    batch.queries.push_back(std::move(query));
  }
  return batch;
}

void FeatureQueue::put_back(FeatureBatch batch) {
  const std::size_t end = batch.queries.empty() ? 0 : batch.queries.back().name.index + 1;
  for (std::size_t i = batch.waited; i < batch.queries.size(); ++i) {
    const std::size_t last = features_.spectra_of(batch.queries[i].name.index).back();
    if (last >= end) waiting_[last].push_back(std::move(batch.queries[i]));
  }
}

RankedList answered_with(std::span<const std::size_t> spectra) {
  RankedList list;
  list.status = Status::merged;
  list.message =
      fmt::format("of one feature with others; answered with query_index {}", spectra.back());
  list.spectra.assign(spectra.begin(), spectra.end());
  return list;
}

}  // namespace specbridge
