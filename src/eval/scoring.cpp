#include "specbridge/eval/scoring.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "eval/score_order.h"

namespace specbridge {
namespace {

bool better(const ScoredCandidate& a, const ScoredCandidate& b) {
  if (scores_higher(a.score, b.score)) return true;
  if (scores_higher(b.score, a.score)) return false;
  return std::tie(a.order, a.smiles) < std::tie(b.order, b.smiles);
}

/// Leaves the best member of every structure.
void collapse(std::vector<ScoredCandidate>& candidates) {
  std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
    return a.inchikey14 != b.inchikey14 ? a.inchikey14 < b.inchikey14 : better(a, b);
  });
  const auto same = [](const auto& a, const auto& b) { return a.inchikey14 == b.inchikey14; };
  candidates.erase(std::unique(candidates.begin(), candidates.end(), same), candidates.end());
}

void rank_truth(QueryResult& result, const std::vector<ScoredCandidate>& structures) {
  const auto truth = std::find_if(structures.begin(), structures.end(), [&](const auto& structure) {
    return structure.inchikey14 == result.inchikey14;
  });
  if (truth == structures.end()) {
    result.status = "truth_not_in_pool";
    return;
  }
  result.score = truth->score;
  result.rank = 1;
  for (auto other = structures.begin(); other != structures.end(); ++other) {
    if (other == truth) continue;
    if (counts_against_truth(other->score, truth->score)) ++*result.rank;
    if (is_tie(other->score, truth->score)) ++result.ties;
  }
}

}  // namespace

QueryResult missed_query(const TruthRecord& truth, std::string status) {
  QueryResult result;
  result.query_id = truth.query_id;
  result.query_index = truth.query_index;
  if (truth.molecule) result.inchikey14 = truth.molecule->inchikey14();
  result.status = std::move(status);
  return result;
}

QueryResult rank_candidates(const TruthRecord& truth, std::vector<ScoredCandidate> candidates) {
  if (!truth.molecule) throw std::logic_error("a query without structure cannot be ranked");
  if (candidates.empty()) return missed_query(truth, "empty_pool");
  QueryResult result = missed_query(truth, "ok");
  collapse(candidates);
  result.listed = result.pool_size = candidates.size();
  rank_truth(result, candidates);
  const auto best = std::min_element(candidates.begin(), candidates.end(), better);
  result.best_score = best->score;
  result.best_smiles = best->smiles;
  return result;
}

QueryResult score_pool(const TruthRecord& truth, const std::vector<Molecule>& molecules,
                       const std::vector<std::size_t>* pool, std::span<const float> scores) {
  if (truth.status != "ok") return missed_query(truth, truth.status);
  if (!truth.molecule) return missed_query(truth, "no_structure");
  if (pool == nullptr) return missed_query(truth, "no_pool");
  if (pool->size() != scores.size()) throw std::logic_error("a pool needs one score per molecule");
  std::vector<ScoredCandidate> candidates;
  candidates.reserve(pool->size());
  for (std::size_t i = 0; i < pool->size(); ++i) {
    const Molecule& molecule = molecules.at((*pool)[i]);
    candidates.push_back({molecule.inchikey14(), molecule.smiles(), scores[i], 0});
  }
  return rank_candidates(truth, std::move(candidates));
}

}  // namespace specbridge
