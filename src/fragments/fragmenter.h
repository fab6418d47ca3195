#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "chem/graphs/structure_graph.h"
#include "fragments/atom_set.h"

namespace specbridge {

/// A connected piece of a molecule and the bonds that must break to set it free.
struct Fragment {
  static constexpr std::size_t kMostBroken = 3;

  AtomSet atoms;
  double mass = 0;  ///< Da, with the hydrogens that its atoms have in the molecule
  std::array<std::uint16_t, kMostBroken> broken = {};  ///< the first `cuts`: positions of bonds
  std::uint8_t cuts = 0, ring_cuts = 0;  ///< broken bonds, and those of them that are in a ring
  std::int8_t charge = 0;                ///< sum of its formal charges
  bool odd_electrons = false;            ///< of its atoms and hydrogens, as neutral atoms
  float bond_cost = 0;                   ///< how hard its bonds are to break, see bond_cost()

  std::span<const std::uint16_t> broken_bonds() const { return {broken.data(), cuts}; }
};

/// Limits beyond which a molecule has fewer fragments, or none.
struct FragmenterLimits {
  std::size_t atoms = AtomSet::kCapacity;  ///< at most AtomSet::kCapacity
  std::size_t fragments = 6000;
};

/// How much of a molecule was taken apart.
enum class FragmentationExtent {
  three_cuts,          ///< everything
  rings_and_two_cuts,  ///< pieces that take three broken bonds outside rings were too many
  two_cuts,            ///< pieces that take three broken bonds were too many
  too_many_atoms,      ///< nothing: more heavy atoms than an AtomSet holds
  too_many_fragments,  ///< nothing: even with two broken bonds
};
/// In words, for messages; "" where there are fragments.
std::string_view problem_of(FragmentationExtent extent);

/// A molecule and its fragments.
struct Fragmentation {
  StructureGraph graph;
  FragmentationExtent extent = FragmentationExtent::three_cuts;
  /// The whole molecule, then the others by ascending mass; empty where there is a problem.
  std::vector<Fragment> fragments;
};

/// What a bond costs to break: 1 for a single, 2 for a double, 3 for a triple or aromatic bond,
/// twice that between two carbons. Source: MAGMa (Ridder et al., 2012), with three for aromatic.
float bond_cost(const StructureGraph& graph, const StructureGraph::Bond& bond);

/// Every connected piece that is set free by breaking one, two or three bonds outside rings, two
/// bonds of one ring, or these and one outside rings. Each piece comes once. Pieces for which two
/// rings must open are not among them. Thread-safe. docs/method/fragments.md
Fragmentation fragment(StructureGraph graph, const FragmenterLimits& limits = {});

}  // namespace specbridge
