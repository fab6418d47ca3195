#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "chem/graphs/molecule_graph.h"

namespace specbridge {

/// The number of an atom or bond as a position.
inline std::size_t index(int i) {
  return static_cast<std::size_t>(i);
}

/// One of the two graphs, reduced to what can be matched at all: bonds whose pair of elements the
/// other graph has too, and their atoms, sorted by element.
struct McesSide {
  struct Neighbour {
    int atom = 0;
    int weight = 0;  ///< twice the bond order
  };
  std::vector<int> element;          ///< [atoms], ascending
  std::vector<int> first_neighbour;  ///< [atoms + 1], into `neighbours`
  std::vector<Neighbour> neighbours;

  int atoms() const { return static_cast<int>(element.size()); }
  std::span<const Neighbour> around(int atom) const {
    const auto i = static_cast<std::size_t>(atom);
    return std::span(neighbours)
        .subspan(static_cast<std::size_t>(first_neighbour[i]),
                 static_cast<std::size_t>(first_neighbour[i + 1] - first_neighbour[i]));
  }
};

/// The atoms of one element in both graphs. Their pairs form a square, padded where one graph has
/// fewer: a pair with a padding row or column means "not mapped".
struct McesBlock {
  int first1 = 0, count1 = 0;  ///< atoms of the first graph: rows
  int first2 = 0, count2 = 0;  ///< atoms of the second graph: columns
  int size = 0;                ///< max(count1, count2)
  int first_pair = 0;          ///< of size * size, row by row
  int first_line = 0;  ///< number of the first row, and of the first column, over all blocks
};

/// A pair of atoms (i, u) of one element and the ways in which bonds of i can be matched to bonds
/// of u: a small table [degree of i, degree of u] of arcs, each to the pair of the other ends.
struct McesAtomPair {
  int block = 0;
  int row = 0, column = 0;
  int first_arc = 0;
  int rows = 0, columns = 0;  ///< of the table of arcs; 0 for padding
};

/// An entry of a pair's table. `gain` is min(w1, w2) in doubled weights, 0 where the elements of
/// the other ends differ.
struct McesArc {
  int from = 0, to = 0;  ///< pairs
  int reverse = 0;       ///< the same two bonds seen from `to`
  int gain = 0;
};

/// Two graphs made ready for the search. A node map is worth the sum of min(w1, w2) over the bond
/// pairs that it matches; the distance is total weight - the largest worth. All weights are
/// doubled, so that aromatic bonds are whole numbers.
struct McesProblem {
  int total = 0;  ///< sum of the orders of all bonds of both graphs, in half units
  int step = 1;   ///< every worth is a multiple of it
  McesSide side1, side2;
  std::vector<McesBlock> blocks;
  std::vector<McesAtomPair> pairs;
  std::vector<McesArc> arcs;
  int lines = 0;  ///< rows, and columns, over all blocks

  int pair_of(const McesBlock& block, int row, int column) const {
    return block.first_pair + row * block.size + column;
  }
};

McesProblem make_mces_problem(const MoleculeGraph& first, const MoleculeGraph& second);

}  // namespace specbridge
