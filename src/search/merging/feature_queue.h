#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "search/merging/features.h"
#include "specbridge/query.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// Queries in hand: some that waited, and behind them a chunk of the stream.
struct FeatureBatch {
  std::vector<Query> queries;
  std::size_t waited = 0;  ///< how many of them stand before the chunk
  /// The features that are complete now, in the order of their last spectra: positions of their
  /// spectra in `queries`, in the order of the stream.
  std::vector<std::vector<std::size_t>> complete;
};

/// Keeps the spectra of a feature back until its last has come.
class FeatureQueue {
 public:
  explicit FeatureQueue(Features features) : features_(std::move(features)) {}
  const Features& features() const noexcept { return features_; }
  /// Takes the queries of a chunk. Those of features that are not complete are in `queries`, too.
  FeatureBatch take(std::vector<Query> chunk);
  /// Keeps back what of a batch is to wait.
  void put_back(FeatureBatch batch);

 private:
  Features features_;
  std::map<std::size_t, std::vector<Query>> waiting_;  // by the feature's last spectrum
};

/// What a spectrum gets whose feature is answered with a later one.
RankedList answered_with(std::span<const std::size_t> spectra);

}  // namespace specbridge
