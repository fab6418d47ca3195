#include "search/evidence/candidate_pairs.h"

#include <algorithm>
#include <vector>

#include "base/parallel.h"

namespace specbridge {
namespace {

/// The chosen candidates of all queries, those of one molecule together.
std::vector<CandidatePair> pairs_of(const ScoringBlock& block) {
  std::vector<CandidatePair> pairs;
  for (std::size_t query = 0; query < block.size(); ++query) {
    if (block.queries[query] == nullptr) continue;
    block.for_each_chosen(query, [&](std::size_t place, std::size_t row) {
      pairs.push_back({row, static_cast<std::uint32_t>(query), static_cast<std::uint32_t>(place)});
    });
  }
  std::ranges::stable_sort(pairs, {}, &CandidatePair::row);
  return pairs;
}

/// Where the pairs of each molecule begin, and the end.
std::vector<std::size_t> starts_of(std::span<const CandidatePair> pairs) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i == 0 || pairs[i].row != pairs[i - 1].row) starts.push_back(i);
  }
  starts.push_back(pairs.size());
  return starts;
}

}  // namespace

void for_each_molecule(const ScoringBlock& block, const RunContext& context,
                       const std::function<void(std::span<const CandidatePair>)>& score) {
  const auto pairs = pairs_of(block);
  const auto starts = starts_of(pairs);
  parallel_for(starts.size() - 1, context.threads, [&](std::size_t i) {
    context.check_interrupt();
    score(std::span(pairs).subspan(starts[i], starts[i + 1] - starts[i]));
  });
}

}  // namespace specbridge
