#include "fragments/cut_sides.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "fragments/hashing.h"

namespace specbridge {
namespace {

using Neighbours = std::vector<AtomSet>;
using Bond = StructureGraph::Bond;

/// What can be reached from an atom.
AtomSet reachable(const Neighbours& neighbours, std::size_t from) {
  AtomSet seen = AtomSet::of(from), border = seen;
  while (!border.empty()) {
    AtomSet next;
    border.for_each([&](std::size_t atom) { next = next | neighbours[atom]; });
    border = next - seen;
    seen = seen | border;
  }
  return seen;
}

void remove_bond(Neighbours& neighbours, const Bond& bond) {
  neighbours[bond.first] = neighbours[bond.first] - AtomSet::of(bond.second);
  neighbours[bond.second] = neighbours[bond.second] - AtomSet::of(bond.first);
}

void restore_bond(Neighbours& neighbours, const Bond& bond) {
  neighbours[bond.first].insert(bond.second);
  neighbours[bond.second].insert(bond.first);
}

/// The part of a bond's first atom when some bonds are broken.
AtomSet part_without(Neighbours& neighbours, const Bond& from, std::span<const Bond> broken) {
  for (const Bond& bond : broken) remove_bond(neighbours, bond);
  const AtomSet part = reachable(neighbours, from.first);
  for (const Bond& bond : broken) restore_bond(neighbours, bond);
  return part;
}

/// For each bond a number that tells which cycles it lies in: every bond outside a spanning tree
/// closes one, and its number is passed on to the tree's bonds along that cycle. Two bonds of rings
/// divide a molecule exactly when they lie in the same cycles.
class CycleMarks {
 public:
  explicit CycleMarks(const StructureGraph& graph)
      : graph_(graph),
        bonds_of_(graph.atoms.size()),
        parent_bond_(graph.atoms.size(), kNone),
        mark_(graph.bonds.size(), 0) {
    for (std::size_t i = 0; i < graph.bonds.size(); ++i) {
      bonds_of_[graph.bonds[i].first].push_back(i);
      bonds_of_[graph.bonds[i].second].push_back(i);
    }
    std::vector<std::uint64_t> sum(graph.atoms.size(), 0);
    const auto order = spanning_order();
    for (std::size_t i = 0; i < graph.bonds.size(); ++i) {
      const Bond& bond = graph.bonds[i];
      if (parent_bond_[bond.first] == i || parent_bond_[bond.second] == i) continue;
      mark_[i] = scattered(i);
      sum[bond.first] ^= mark_[i];
      sum[bond.second] ^= mark_[i];
    }
    // From the leaves to the root: what enters a subtree and does not leave it closes inside.
    for (auto atom = order.rbegin(); atom != order.rend(); ++atom) {
      const std::size_t bond = parent_bond_[*atom];
      if (bond == kNone) continue;
      mark_[bond] = sum[*atom];
      sum[other_end(bond, *atom)] ^= sum[*atom];
    }
  }

  std::uint64_t of(std::size_t bond) const { return mark_[bond]; }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::size_t other_end(std::size_t bond, std::size_t atom) const {
    return graph_.bonds[bond].first == atom ? graph_.bonds[bond].second : graph_.bonds[bond].first;
  }

  /// The atoms, each behind the one it is reached from.
  std::vector<std::size_t> spanning_order() {
    std::vector<std::size_t> order;
    AtomSet seen;
    for (std::size_t root = 0; root < graph_.atoms.size(); ++root) {
      if (seen.contains(root)) continue;
      seen.insert(root);
      order.push_back(root);
      for (std::size_t at = order.size() - 1; at < order.size(); ++at) {
        for (const std::size_t bond : bonds_of_[order[at]]) {
          const std::size_t next = other_end(bond, order[at]);
          if (seen.contains(next)) continue;
          seen.insert(next);
          parent_bond_[next] = bond;
          order.push_back(next);
        }
      }
    }
    return order;
  }

  const StructureGraph& graph_;
  std::vector<std::vector<std::size_t>> bonds_of_;
  std::vector<std::size_t> parent_bond_;
  std::vector<std::uint64_t> mark_;
};

}  // namespace

Neighbours neighbours_of(const StructureGraph& graph) {
  Neighbours neighbours(graph.atoms.size());
  for (const Bond& bond : graph.bonds) restore_bond(neighbours, bond);
  return neighbours;
}

std::vector<Cut> single_cuts(const StructureGraph& graph) {
  Neighbours neighbours = neighbours_of(graph);
  const AtomSet all = AtomSet::first(graph.atoms.size());
  std::vector<Cut> cuts;
  for (std::size_t i = 0; i < graph.bonds.size(); ++i) {
    const Bond& bond = graph.bonds[i];
    if (bond.in_ring) continue;
    const AtomSet side = part_without(neighbours, bond, {&bond, 1});
    cuts.push_back({{static_cast<std::uint16_t>(i), 0}, side, all - side});
  }
  return cuts;
}

std::vector<Cut> ring_cuts(const StructureGraph& graph) {
  Neighbours neighbours = neighbours_of(graph);
  const AtomSet all = AtomSet::first(graph.atoms.size());
  const CycleMarks marks(graph);
  std::vector<Cut> cuts;
  for (std::size_t i = 0; i < graph.bonds.size(); ++i) {
    for (std::size_t j = i + 1; graph.bonds[i].in_ring && j < graph.bonds.size(); ++j) {
      if (!graph.bonds[j].in_ring || marks.of(i) != marks.of(j)) continue;
      const std::array<Bond, 2> broken = {graph.bonds[i], graph.bonds[j]};
      const AtomSet side = part_without(neighbours, broken[0], broken);
      if (side.contains(broken[0].second)) continue;  // equal marks by chance
      cuts.push_back(
          {{static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(j)}, side, all - side});
    }
  }
  return cuts;
}

}  // namespace specbridge
