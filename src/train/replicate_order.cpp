#include "train/replicate_order.h"

#include <algorithm>
#include <map>
#include <utility>

namespace specbridge {
namespace {

using Pack = std::vector<Draw>;

/// Of one molecule and ion mode each, in the order of their first draws.
std::vector<Pack> packs_of(std::span<const Draw> draws, std::span<const Example> examples,
                           std::size_t most) {
  std::vector<Pack> packs;
  std::map<std::pair<std::size_t, int>, std::size_t> open;
  for (const Draw& draw : draws) {
    const Example& example = examples[draw.example];
    const auto [it, fresh] =
        open.try_emplace(std::pair(example.molecule, example.ion_mode), packs.size());
    if (fresh || packs[it->second].size() == most) {
      it->second = packs.size();
      packs.emplace_back();
    }
    packs[it->second].push_back(draw);
  }
  return packs;
}

}  // namespace

std::vector<Draw> replicate_order(std::span<const Draw> draws, std::span<const Example> examples,
                                  const ReplicateRules& rules, Random& random) {
  auto packs = packs_of(draws, examples, rules.replicates);
  std::ranges::stable_sort(packs, {}, [&](const Pack& pack) {
    const Example& first = examples[pack.front().example];
    return std::pair(first.ion_mode, first.precursor_mz());
  });
  const std::size_t offset = random.below(rules.precursor_run);
  std::vector<std::span<const Pack>> runs;
  for (std::size_t begin = 0; begin < packs.size(); begin += runs.back().size()) {
    const std::size_t wanted = begin == 0 && offset > 0 ? offset : rules.precursor_run;
    runs.push_back(std::span(packs).subspan(begin, std::min(wanted, packs.size() - begin)));
  }
  shuffle(std::span(runs), random);
  std::vector<Draw> order;
  order.reserve(draws.size());
  for (const auto& run : runs) {
    for (const Pack& pack : run) order.insert(order.end(), pack.begin(), pack.end());
  }
  return order;
}

}  // namespace specbridge
