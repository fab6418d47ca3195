#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
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

/// What becomes a candidate of queries that a library has none for, or none that is probable.
struct WritingRules {
  const CandidateChoice* choice = nullptr;  ///< mass window or formula, which molecules must fit
  std::size_t most = 1;                     ///< molecules of a query
};

/// Queries with what they show, and what was looked up for them.
struct WritingQueries {
  std::span<const Query> queries;
  const ShownQueries& shown;
  std::span<const CandidateSet> looked_up;
  const MoleculeStore& molecules;  ///< of these
};

/// What a decoder has written for a query.
struct WritingOfQuery {
  std::vector<std::size_t> rows = {};  ///< of WrittenCandidates, ascending: what fits and is new
  std::size_t texts = 0;               ///< that were written,
  std::size_t invalid = 0;             ///< of them no molecules of the mass or formula,
  std::size_t known = 0;               ///< or candidates that were looked up
  std::string counts() const;          ///< in words
};

/// Molecules that a decoder has written for queries, as candidates: a store of their own, since no
/// library has them.
class WrittenCandidates {
 public:
  /// A structure that was looked up is not added again.
  /// @param wanted numbers of the queries @param generator has a molecule encoder, and outlives it
  static std::shared_ptr<const WrittenCandidates> of(const Generator& generator,
                                                     const WritingRules& rules,
                                                     const WritingQueries& queries,
                                                     std::span<const std::size_t> wanted,
                                                     const RunContext& context);
  /// @param pools with all that was written as the one pool
  WrittenCandidates(std::unique_ptr<const CandidatePools> pools, const MoleculeEncoder& encoder,
                    std::vector<WritingOfQuery> writings, const RunContext& context)
      : pools_(std::move(pools)),
        molecules_(*pools_),
        vectors_(*pools_, encoder, nullptr),
        writings_(std::move(writings)) {
    vectors_.keep_all(context);
  }

  const MoleculeStore& molecules() const noexcept { return molecules_; }
  const RowStore& vectors() const noexcept { return vectors_; }
  /// In the order of `wanted`.
  std::span<const WritingOfQuery> writings() const noexcept { return writings_; }

 private:
  std::unique_ptr<const CandidatePools> pools_;
  PoolMolecules molecules_;
  EncodedPools vectors_;
  std::vector<WritingOfQuery> writings_;
};

}  // namespace specbridge
