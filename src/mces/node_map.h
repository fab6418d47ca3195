#pragma once

#include <cstdint>
#include <vector>

#include "mces/problem.h"

namespace specbridge {

/// A map of the atoms of the first graph to atoms of the second, and what it is worth.
class NodeMap {
 public:
  explicit NodeMap(const McesProblem& problem);

  /// Gives a row of a block a column; padding means "not mapped".
  void set(const McesBlock& block, int row, int column) {
    partner_[static_cast<std::size_t>(block.first_line + row)] =
        column < block.count2 ? block.first2 + column : -1;
  }
  int worth() const;
  /// Exchanges the partners of two atoms as long as that is worth it.
  void improve();

 private:
  int worth_at(int atom) const;
  bool improve_block(const McesBlock& block);
  int weight2(int u, int v) const {
    return weights2_[static_cast<std::size_t>(u) * static_cast<std::size_t>(side2_atoms_) +
                     static_cast<std::size_t>(v)];
  }

  const McesProblem* problem_;
  int side2_atoms_;
  std::vector<std::uint8_t> weights2_;  // [atoms2, atoms2] doubled weights of the second graph
  std::vector<int> partner_;            // [lines]: atom of the second graph, -1: none
  std::vector<int> line_of_atom_;       // [atoms1]
};

}  // namespace specbridge
