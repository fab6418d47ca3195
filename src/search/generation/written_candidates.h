#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "encode/molecule_encoder.h"
#include "pools/pools.h"
#include "search/candidate_source.h"
#include "search/generation/generator.h"
#include "search/pool_store.h"
#include "search/shown_queries.h"
#include "specbridge/query.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// What becomes a candidate of queries that a library has none for.
struct WritingRules {
  const CandidateChoice* choice = nullptr;  ///< mass window or formula, which molecules must fit
  std::size_t most = 1;                     ///< molecules of a query
};

/// Molecules that a decoder has written for queries without candidates, as candidates: a store of
/// their own, since no library has them.
class WrittenCandidates {
 public:
  /// @param wanted numbers of the queries @param generator has a molecule encoder, and outlives it
  static std::shared_ptr<const WrittenCandidates> of(
      const Generator& generator, const WritingRules& rules, std::span<const Query> queries,
      const ShownQueries& shown, std::span<const std::size_t> wanted, const RunContext& context);
  /// @param sets of rows of the one pool
  WrittenCandidates(std::unique_ptr<const CandidatePools> pools, const MoleculeEncoder& encoder,
                    std::vector<CandidateSet> sets)
      : pools_(std::move(pools)),
        molecules_(*pools_),
        vectors_(*pools_, encoder, nullptr),
        sets_(std::move(sets)) {}

  const MoleculeStore& molecules() const noexcept { return molecules_; }
  const RowStore& vectors() const noexcept { return vectors_; }
  /// Of all queries: candidates of those that were wanted, as far as anything fits; the others have
  /// none, and say nothing.
  std::span<const CandidateSet> sets() const noexcept { return sets_; }

 private:
  std::unique_ptr<const CandidatePools> pools_;
  PoolMolecules molecules_;
  EncodedPools vectors_;
  std::vector<CandidateSet> sets_;
};

}  // namespace specbridge
