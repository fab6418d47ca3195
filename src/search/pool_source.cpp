#include <utility>

#include "search/candidate_source.h"
#include "search/cosine_scorer.h"
#include "search/query.h"

namespace specbridge {
namespace {

class PoolSource : public CandidateSource {
 public:
  PoolSource(const SearchConfig& config, const MoleculeEncoder& encoder, const Library* library,
             const RunContext& context)
      : context_(context),
        pools_(CandidatePools::load(*config.candidates, context)),
        scorer_(pools_, encoder, library) {}

  std::vector<RankedList> rank(const std::vector<Query>& queries, const Matrix& vectors,
                               std::size_t k) override {
    structures_.prepare(queries, context_);
    std::vector<RankedList> lists(queries.size());
    std::vector<const std::vector<std::size_t>*> pool_of(queries.size());
    for (std::size_t i = 0; i < queries.size(); ++i) {
      std::tie(pool_of[i], lists[i]) = pool_or_reason(queries[i]);
    }
    scorer_.score(
        pool_of, std::span(&vectors, 1),
        [&](std::size_t, std::size_t query, std::span<const float> scores) {
          lists[query] = ranked(*pool_of[query], scores, k);
        },
        context_);
    return lists;
  }

  CandidateText describe(std::size_t row) const override {
    const Molecule& molecule = pools_.molecules()[row];
    return {"", molecule.smiles(), molecule.inchikey14(), molecule.formula(),
            molecule.exact_mass()};
  }

 private:
  using PoolOrReason = std::pair<const std::vector<std::size_t>*, RankedList>;

  PoolOrReason pool_or_reason(const Query& query) const {
    if (query.refusal) return {nullptr, unanswered(query.refusal->status, query.refusal->message)};
    const auto* stated = structures_.find(query.spectrum);
    const auto* structure = stated == nullptr ? nullptr : std::get_if<Molecule>(stated);
    const auto* pool =
        pools_.find({query.spectrum.id, query.index, structure, other_names(query.spectrum)});
    if (pool == nullptr) return {nullptr, without_pool(stated)};
    if (pool->empty()) return {nullptr, unanswered("empty_pool", "the pool holds no molecule")};
    return {pool, {}};
  }

  RankedList without_pool(const std::variant<Molecule, Rejection>* stated) const {
    if (!pools_.by_structure()) {
      return unanswered("no_pool", "the candidates file has no pool for this query");
    }
    if (stated == nullptr) {
      return unanswered("no_structure", "the record states no SMILES to find its pool by");
    }
    if (const auto* why = std::get_if<Rejection>(stated)) {
      return unanswered("bad_structure", why->message);
    }
    return unanswered("no_pool", "the candidates file has no pool for this structure");
  }

  RankedList ranked(const std::vector<std::size_t>& pool, std::span<const float> scores,
                    std::size_t k) const {
    std::vector<ScoredMember> members;
    members.reserve(pool.size());
    for (std::size_t i = 0; i < pool.size(); ++i) {
      const Molecule& molecule = pools_.molecules()[pool[i]];
      members.push_back({pool[i], scores[i], molecule.inchikey14(), molecule.smiles()});
    }
    return collapse(std::move(members), k);
  }

  const RunContext& context_;
  CandidatePools pools_;
  PoolScorer scorer_;
  StructureCache structures_;
};

}  // namespace

std::unique_ptr<CandidateSource> pool_source(const SearchConfig& config,
                                             const MoleculeEncoder& encoder, const Library* library,
                                             const RunContext& context) {
  return std::make_unique<PoolSource>(config, encoder, library, context);
}

}  // namespace specbridge
