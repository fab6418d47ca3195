#include "search/merging/merging_ranker.h"

#include <utility>

#include "search/merging/rank_features.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr const char* kChanged =
    "the spectra changed between the two times that they were read; search them again";

}  // namespace

void MergingRanker::finish(std::size_t queries) const {
  if (queries != queue_.features().queries()) throw InputError(kChanged);
}

void MergingRanker::rank(std::vector<Query> chunk, const RankOptions& options,
                         const std::function<void(const Query&, const RankedList&)>& consume) {
  const std::size_t known = queue_.features().queries();
  for (const Query& query : chunk) {
    if (query.name.index >= known) throw InputError(query.spectrum.origin, kChanged);
  }
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
