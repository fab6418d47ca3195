#pragma once

#include <functional>
#include <vector>

#include "search/merging/feature_queue.h"
#include "specbridge/query.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// Answers the queries of a stream, those of one feature together, when its last has come.
class MergingRanker {
 public:
  /// @param searcher must outlive the object
  MergingRanker(const Searcher& searcher, Features features)
      : searcher_(searcher), queue_(std::move(features)) {}
  /// Takes the next queries of the stream and hands over each of them with its list, in their
  /// order: the last of a feature with its answers, the others with what answered_with() says.
  /// @throws InputError for a query that was not there when features were found
  void rank(std::vector<Query> chunk, const RankOptions& options,
            const std::function<void(const Query&, const RankedList&)>& consume);
  /// @param queries that were ranked, all of them @throws InputError when some are missing
  void finish(std::size_t queries) const;

 private:
  const Searcher& searcher_;
  FeatureQueue queue_;
};

}  // namespace specbridge
