#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace RDKit {
class Atom;
class RWMol;
}  // namespace RDKit

namespace specbridge {

/// Atoms in a row whose bonds are single and multiple in turn, the first of them single. A pair of
/// electrons of the first atom can move along it to the last.
using AlternatingPath = std::vector<unsigned>;

/// Looks for alternating paths in a graph whose bonds are Kekulé bonds.
class PathFinder {
 public:
  using Test = std::function<bool(const RDKit::Atom&)>;
  enum class LastBond { single, multiple };

  /// @param rank of each atom: of the paths of one length, the one over the lowest ranks is found
  PathFinder(const RDKit::RWMol& mol, std::vector<unsigned> rank);

  /// Atoms by rank.
  const std::vector<const RDKit::Atom*>& atoms() const noexcept { return atoms_; }

  /// The shortest path of at most `longest` bonds from an atom to one that `ends` accepts, over
  /// atoms that `passes` accepts. Fused rings have very many paths: over all calls so many steps
  /// are made and no more; then nothing is found.
  std::optional<AlternatingPath> find(const RDKit::Atom& start, LastBond last, const Test& ends,
                                      const Test& passes, std::size_t longest = 20);

 private:
  struct Search;
  const RDKit::RWMol& mol_;
  std::vector<unsigned> rank_;
  std::vector<const RDKit::Atom*> atoms_;
  std::size_t steps_left_ = 50'000;
};

/// Moves a pair of electrons along a path: its single bonds gain one bond, its multiple bonds lose
/// one, the first atom becomes more positive by one, the last more negative.
void move_electrons(RDKit::RWMol& mol, const AlternatingPath& path);

}  // namespace specbridge
