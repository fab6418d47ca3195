#include "pipeline/benchmark/molecule_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "chem/formulas/formula.h"
#include "store/file.h"

namespace specbridge {

std::string parted_formula(const Molecule& molecule) {
  return hill_formula(molecule.formula()).value_or(molecule.formula());
}

std::size_t MoleculeGroups::root_of(std::size_t node) {
  while (parent_[node] != node) node = parent_[node] = parent_[parent_[node]];
  return node;
}

std::size_t MoleculeGroups::node_of(const std::string& key) {
  const auto [place, fresh] = node_of_key_.try_emplace(key, parent_.size());
  if (fresh) {
    parent_.push_back(place->second);
    spectra_.push_back(0);
    smallest_.push_back(key);
  }
  return place->second;
}

std::size_t MoleculeGroups::add(std::span<const std::string> keys) {
  const std::size_t first = node_of(keys.front());
  for (const auto& key : keys.subspan(1)) {
    const std::size_t kept = root_of(first), other = root_of(node_of(key));
    if (kept == other) continue;
    parent_[other] = kept;
    spectra_[kept] += spectra_[other];
    smallest_[kept] = std::min(smallest_[kept], smallest_[other]);
  }
  ++spectra_[root_of(first)];
  return first;
}

std::size_t MoleculeGroups::groups() {
  std::size_t count = 0;
  for (std::size_t node = 0; node < parent_.size(); ++node) count += root_of(node) == node;
  return count;
}

std::vector<std::size_t> MoleculeGroups::deal(std::span<const double> shares, std::uint64_t seed) {
  std::vector<std::tuple<std::uint64_t, std::string, std::size_t>> order;
  double total = 0;
  for (std::size_t node = 0; node < parent_.size(); ++node) {
    if (root_of(node) != node) continue;
    const std::string& key = smallest_[node];
    order.emplace_back(xxhash64(fmt::format("{}\t{}", seed, key)), key, node);
    total += static_cast<double>(spectra_[node]);
  }
  std::ranges::sort(order);
  const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
  std::vector<std::size_t> part_of(parent_.size());
  std::size_t part = 0;
  double dealt = 0, end = shares[0] / all * total;
  for (const auto& [hash, key, root] : order) {
    const auto size = static_cast<double>(spectra_[root]);
    while (part + 1 < shares.size() && dealt + size / 2 > end) end += shares[++part] / all * total;
    part_of[root] = part;
    dealt += size;
  }
  for (std::size_t node = 0; node < part_of.size(); ++node) part_of[node] = part_of[root_of(node)];
  return part_of;
}

}  // namespace specbridge
