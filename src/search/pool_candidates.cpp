#include "search/pool_candidates.h"

#include "chem/stated_structure.h"
#include "specbridge/status.h"

namespace specbridge {
namespace {

class PoolCandidates final : public CandidateSource {
 public:
  explicit PoolCandidates(const CandidatePools& pools) : pools_(pools) {}

  std::vector<CandidateSet> candidates(const EmbeddedQueries& queries,
                                       std::size_t /*k*/) const override {
    std::vector<CandidateSet> sets;
    for (const auto& query : queries.queries) sets.push_back(choose(query));
    return sets;
  }

 private:
  CandidateSet choose(const Query& query) const {
    if (query.refusal) return {query.refusal->status, query.refusal->message};
    const StatedStructure* stated = query.structure.get();
    const auto* pool = pools_.find(query.name, stated == nullptr ? nullptr : stated->molecule());
    if (pool == nullptr) return without_pool(stated);
    if (pool->empty()) return {Status::empty_pool, "the pool holds no molecule"};
    return {Status::ok, "", RowSet::referring_to(*pool)};
  }

  CandidateSet without_pool(const StatedStructure* stated) const {
    if (!pools_.by_structure()) {
      return {Status::no_pool, "the candidates file has no pool for this query"};
    }
    if (stated == nullptr) {
      return {Status::no_structure, "the record states no SMILES to find its pool by"};
    }
    if (const auto* why = stated->rejection()) return {Status::bad_structure, why->message};
    return {Status::no_pool, "the candidates file has no pool for this structure"};
  }

  const CandidatePools& pools_;
};

}  // namespace

std::unique_ptr<CandidateSource> pool_candidates(const CandidatePools& pools) {
  return std::make_unique<PoolCandidates>(pools);
}

}  // namespace specbridge
