#include "search/candidate_source.h"

#include <algorithm>

namespace specbridge {

RankedList collapse(std::vector<ScoredMember> members, std::size_t k) {
  std::ranges::sort(members, [](const ScoredMember& a, const ScoredMember& b) {
    if (a.inchikey14 != b.inchikey14) return a.inchikey14 < b.inchikey14;
    return a.score != b.score ? a.score > b.score : a.smiles < b.smiles;
  });
  RankedList list;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const bool first = i == 0 || members[i].inchikey14 != members[i - 1].inchikey14;
    if (first) list.hits.push_back({members[i].row, members[i].score});
  }
  list.candidates = list.hits.size();
  const auto better = [](const RankedHit& a, const RankedHit& b) {
    return a.score != b.score ? a.score > b.score : a.row < b.row;
  };
  if (k == 0 || k > list.hits.size()) k = list.hits.size();
  std::ranges::partial_sort(list.hits, list.hits.begin() + static_cast<std::ptrdiff_t>(k), better);
  list.hits.resize(k);
  return list;
}

RankedList unanswered(std::string status, std::string message) {
  return {std::move(status), std::move(message), 0, {}, {}};
}

}  // namespace specbridge
