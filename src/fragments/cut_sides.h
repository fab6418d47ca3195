#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "chem/graphs/structure_graph.h"
#include "fragments/atom_set.h"

namespace specbridge {

/// The two parts into which breaking one bond outside rings, or two bonds of one ring, divides a
/// molecule.
struct Cut {
  std::array<std::uint16_t, 2> bonds = {};  ///< positions; the second of one bond alone is unused
  AtomSet side, rest;                       ///< one part and the other
};

/// The neighbours of each atom.
std::vector<AtomSet> neighbours_of(const StructureGraph& graph);

/// One cut for each bond outside rings, by position.
std::vector<Cut> single_cuts(const StructureGraph& graph);

/// One cut for each pair of bonds in rings without which the molecule falls apart, by positions.
std::vector<Cut> ring_cuts(const StructureGraph& graph);

}  // namespace specbridge
