#include "search/merging/merging_ranker.h"

#include <utility>

#include "search/merging/rank_features.h"

namespace specbridge {

void MergingRanker::rank(std::vector<Query> chunk, const RankOptions& options,
                         const std::function<void(const Query&, const RankedList&)>& consume) {
  FeatureBatch batch = queue_.take(std::move(chunk));
  const auto answers = rank_features(searcher_.parts(), batch.queries, batch.complete, options);
  std::size_t next = 0;
  for (std::size_t i = batch.waited; i < batch.queries.size(); ++i) {
    const Query& query = batch.queries[i];
    const auto spectra = queue_.features().spectra_of(query.name.index);
    const bool last = spectra.back() == query.name.index;
    consume(query, last ? answers[next++] : answered_with(spectra));
  }
  queue_.put_back(std::move(batch));
}

}  // namespace specbridge
