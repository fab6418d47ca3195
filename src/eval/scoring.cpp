#include "eval/scoring.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "ranking/score_order.h"
#include "ranking/structures.h"
#include "specbridge/error.h"
#include "specbridge/status.h"
#include "specbridge/tie_rule.h"

namespace specbridge {
namespace {

bool better(const ScoredCandidate& a, const ScoredCandidate& b) {
  if (scores_higher(a.score, b.score)) return true;
  if (scores_higher(b.score, a.score)) return false;
  return std::tie(a.order, a.smiles) < std::tie(b.order, b.smiles);
}

/// The candidate that stands for the truth: its best member.
const ScoredCandidate* find_truth(std::string_view key,
                                  const std::vector<ScoredCandidate>& candidates) {
  const ScoredCandidate* found = nullptr;
  for (const auto& candidate : candidates) {
    if (candidate.key == key && (found == nullptr || better(candidate, *found))) {
      found = &candidate;
    }
  }
  return found;
}

void rank_truth(QueryResult& result, std::string_view key, const ScoredCandidate* truth,
                const std::vector<ScoredCandidate>& candidates) {
  if (truth == nullptr) {
    result.status = Status::truth_not_in_pool;
    return;
  }
  result.score = truth->score;
  result.rank = 1;
  for (const auto& other : candidates) {
    if (other.key == key) continue;
    if (counts_against_truth(other.score, truth->score)) ++*result.rank;
    if (is_tie(other.score, truth->score)) ++result.ties;
  }
}

FirstPlace first_place(std::string_view key, const ScoredCandidate* truth,
                       const std::vector<ScoredCandidate>& candidates, double best_score) {
  FirstPlace place;
  std::vector<const ScoredCandidate*> others;
  for (const auto& candidate : candidates) {
    if (is_tie(candidate.score, best_score) && candidate.key != key) others.push_back(&candidate);
  }
  place.tied = others.size();
  const auto kept = others.begin() + static_cast<std::ptrdiff_t>(std::min(kMostFirst, place.tied));
  std::partial_sort(others.begin(), kept, others.end(), [](const auto* a, const auto* b) {
    return std::tie(a->key, a->smiles) < std::tie(b->key, b->smiles);
  });
  for (auto other = others.begin(); other != kept; ++other) {
    place.others.emplace_back((*other)->smiles);
  }
  if (truth != nullptr && is_tie(truth->score, best_score)) place.truth = truth->smiles;
  return place;
}

const std::string& key_of(const Molecule& molecule, Identity identity) {
  return identity == Identity::smiles ? molecule.smiles() : molecule.inchikey14();
}

}  // namespace

const std::vector<std::size_t>* pool_of(const TruthRecord& truth, const CandidatePools& pools) {
  return pools.find(truth.name, truth.molecule ? &*truth.molecule : nullptr);
}

QueryResult rank_structures(const TruthRecord& truth, std::vector<ScoredCandidate>& candidates,
                            const RankingRules& rules) {
  if (!truth.molecule) throw std::logic_error("a query without structure cannot be ranked");
  if (candidates.empty()) return missed_query(truth, Status::empty_pool);
  QueryResult result = missed_query(truth, Status::ok);
  if (rules.duplicates == Duplicates::merged) {
    keep_best_of_each(
        candidates, [](const auto& one) -> const auto& { return one.key; }, better);
  }
  result.listed = result.pool_size = candidates.size();
  const std::string& key = key_of(*truth.molecule, rules.identity);
  const ScoredCandidate* stands = find_truth(key, candidates);
  rank_truth(result, key, stands, candidates);
  const auto best = std::min_element(candidates.begin(), candidates.end(), better);
  result.best_score = best->score;
  result.best_smiles = best->smiles;
  result.first = first_place(key, stands, candidates, best->score);
  return result;
}

QueryResult score_pool(const TruthRecord& truth, const std::vector<Molecule>& molecules,
                       const std::vector<std::size_t>* pool, std::span<const float> scores,
                       const PoolScoring& scoring) {
  if (truth.status != Status::ok) return missed_query(truth, truth.status);
  if (!truth.molecule) return missed_query(truth, Status::no_structure);
  if (pool == nullptr) return missed_query(truth, Status::no_pool);
  if (pool->size() != scores.size()) throw std::logic_error("a pool needs one score per molecule");
  std::vector<ScoredCandidate> candidates;
  candidates.reserve(pool->size());
  for (std::size_t i = 0; i < pool->size(); ++i) {
    const Molecule& molecule = molecules.at((*pool)[i]);
    candidates.push_back(
        {key_of(molecule, scoring.rules.identity), molecule.smiles(), scores[i], 0});
  }
  QueryResult result = rank_structures(truth, candidates, scoring.rules);
  if (scoring.observer != nullptr) scoring.observer->observe(truth, candidates, result);
  return result;
}

}  // namespace specbridge
