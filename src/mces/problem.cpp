#include "mces/problem.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

namespace specbridge {
namespace {

using ElementPair = std::pair<int, int>;

ElementPair ends_of(const MoleculeGraph& graph, const MoleculeGraph::Bond& bond) {
  return std::minmax({int{graph.elements[bond.first]}, int{graph.elements[bond.second]}});
}

std::set<ElementPair> bond_kinds(const MoleculeGraph& graph) {
  std::set<ElementPair> kinds;
  for (const auto& bond : graph.bonds) {
    if (bond.half_orders > 0) kinds.insert(ends_of(graph, bond));
  }
  return kinds;
}

/// The part of a graph that the other one can match.
McesSide reduced(const MoleculeGraph& graph, const std::set<ElementPair>& other_kinds) {
  std::vector<MoleculeGraph::Bond> bonds;
  std::vector<int> degree(graph.elements.size(), 0);
  for (const auto& bond : graph.bonds) {
    if (bond.half_orders == 0 || !other_kinds.contains(ends_of(graph, bond))) continue;
    bonds.push_back(bond);
    ++degree[bond.first];
    ++degree[bond.second];
  }
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < degree.size(); ++i) {
    if (degree[i] > 0) kept.push_back(i);
  }
  std::ranges::stable_sort(kept, {}, [&](std::size_t i) { return graph.elements[i]; });
  McesSide side;
  std::vector<int> new_name(graph.elements.size(), -1);
  side.first_neighbour.push_back(0);
  for (const std::size_t i : kept) {
    new_name[i] = side.atoms();
    side.element.push_back(graph.elements[i]);
    side.first_neighbour.push_back(side.first_neighbour.back() + degree[i]);
  }
  side.neighbours.resize(bonds.size() * 2);
  std::vector<int> filled(side.first_neighbour.begin(), std::prev(side.first_neighbour.end()));
  const auto add = [&](int from, int to, int weight) {
    auto& place = filled[static_cast<std::size_t>(from)];
    side.neighbours[static_cast<std::size_t>(place++)] = {to, weight};
  };
  for (const auto& bond : bonds) {
    const int first = new_name[bond.first], second = new_name[bond.second];
    add(first, second, bond.half_orders);
    add(second, first, bond.half_orders);
  }
  return side;
}

/// Lengths of the runs of equal elements: the same elements on both sides, because every kept bond
/// has its like on the other side.
void make_blocks(McesProblem& problem) {
  const auto& one = problem.side1.element;
  const auto& two = problem.side2.element;
  std::size_t i = 0, u = 0;
  while (i < one.size()) {
    McesBlock block;
    block.first1 = static_cast<int>(i);
    block.first2 = static_cast<int>(u);
    const int element = one[i];
    while (i < one.size() && one[i] == element) ++i;
    while (u < two.size() && two[u] == element) ++u;
    block.count1 = static_cast<int>(i) - block.first1;
    block.count2 = static_cast<int>(u) - block.first2;
    block.size = std::max(block.count1, block.count2);
    block.first_line = problem.lines;
    problem.lines += block.size;
    problem.blocks.push_back(block);
  }
}

/// A pair of a block, its arcs not placed yet: atoms that only fill the block up have none.
McesAtomPair pair_of(const McesProblem& problem, std::size_t number, int row, int column) {
  const auto& block = problem.blocks[number];
  McesAtomPair pair{static_cast<int>(number), row, column, 0, 0, 0};
  if (row < block.count1 && column < block.count2) {
    pair.rows = static_cast<int>(problem.side1.around(block.first1 + row).size());
    pair.columns = static_cast<int>(problem.side2.around(block.first2 + column).size());
  }
  return pair;
}

void make_pairs(McesProblem& problem) {
  int arcs = 0;
  for (std::size_t b = 0; b < problem.blocks.size(); ++b) {
    auto& block = problem.blocks[b];
    block.first_pair = static_cast<int>(problem.pairs.size());
    for (int row = 0; row < block.size; ++row) {
      for (int column = 0; column < block.size; ++column) {
        auto& pair = problem.pairs.emplace_back(pair_of(problem, b, row, column));
        pair.first_arc = arcs;
        arcs += pair.rows * pair.columns;
      }
    }
  }
  problem.arcs.resize(static_cast<std::size_t>(arcs));
}

/// Which block an atom of the first graph is in.
std::vector<int> blocks_of_atoms(const McesProblem& problem) {
  std::vector<int> block_of(problem.side1.element.size());
  for (std::size_t b = 0; b < problem.blocks.size(); ++b) {
    const auto& block = problem.blocks[b];
    std::fill_n(block_of.begin() + block.first1, block.count1, static_cast<int>(b));
  }
  return block_of;
}

int position_of(std::span<const McesSide::Neighbour> neighbours, int atom) {
  const auto found = std::ranges::find(neighbours, atom, &McesSide::Neighbour::atom);
  return static_cast<int>(found - neighbours.begin());
}

/// Fills the table of one pair of atoms.
void make_table(McesProblem& problem, const std::vector<int>& block_of, int pair_number) {
  const McesAtomPair& pair = problem.pairs[static_cast<std::size_t>(pair_number)];
  const McesBlock& block = problem.blocks[static_cast<std::size_t>(pair.block)];
  const int i = block.first1 + pair.row, u = block.first2 + pair.column;
  int number = pair.first_arc;
  for (const auto& k : problem.side1.around(i)) {
    const auto k_place = static_cast<std::size_t>(k.atom);
    const McesBlock& other = problem.blocks[static_cast<std::size_t>(block_of[k_place])];
    for (const auto& v : problem.side2.around(u)) {
      McesArc& arc = problem.arcs[static_cast<std::size_t>(number)];
      arc = {pair_number, pair_number, number, 0};
      ++number;
      const int column = v.atom - other.first2;
      if (column < 0 || column >= other.count2) continue;
      arc.to = problem.pair_of(other, k.atom - other.first1, column);
      const McesAtomPair& target = problem.pairs[static_cast<std::size_t>(arc.to)];
      arc.reverse = target.first_arc +
                    position_of(problem.side1.around(k.atom), i) * target.columns +
                    position_of(problem.side2.around(v.atom), u);
      arc.gain = std::min(k.weight, v.weight);
    }
  }
}

void make_arcs(McesProblem& problem) {
  const auto block_of = blocks_of_atoms(problem);
  for (std::size_t p = 0; p < problem.pairs.size(); ++p) {
    if (problem.pairs[p].rows > 0) make_table(problem, block_of, static_cast<int>(p));
  }
}

}  // namespace

McesProblem make_mces_problem(const MoleculeGraph& first, const MoleculeGraph& second) {
  McesProblem problem;
  for (const auto* graph : {&first, &second}) {
    for (const auto& bond : graph->bonds) problem.total += bond.half_orders;
  }
  problem.side1 = reduced(first, bond_kinds(second));
  problem.side2 = reduced(second, bond_kinds(first));
  make_blocks(problem);
  make_pairs(problem);
  make_arcs(problem);
  int step = 0;
  for (const auto& arc : problem.arcs) step = std::gcd(step, arc.gain);
  problem.step = std::max(step, 1);
  return problem;
}

}  // namespace specbridge
