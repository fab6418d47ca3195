#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "fragments/fragmenter.h"

namespace specbridge {

/// What surrounds the atoms of a molecule, as numbers.
struct AtomEnvironments {
  explicit AtomEnvironments(const StructureGraph& graph);

  std::vector<std::uint64_t> element;  ///< element and aromaticity
  std::vector<std::uint64_t> atom;     ///< with hydrogens, bonds, charge and ring as well
  std::vector<std::uint64_t> around;   ///< with its neighbours and their bonds
  std::vector<std::uint64_t> scattered_element, scattered_around;
};

/// A bond that broke: which atom stayed, over which bond it was bound, which atom left; by element,
/// by atom, and by surroundings.
struct BrokenBond {
  std::uint64_t by_element = 0, by_atom = 0, by_surroundings = 0;
};

/// What a fragment and what it lost are, as numbers that do not hang on the order of atoms.
struct FragmentIdentity {
  std::array<BrokenBond, Fragment::kMostBroken> broken;        ///< as many as the fragment's cuts
  std::uint64_t kept_surroundings = 0, lost_surroundings = 0;  ///< of their atoms in the molecule
  std::uint64_t kept_structure = 0, lost_structure = 0;        ///< as structures of their own
  unsigned rings = 0, aromatic_atoms = 0;                      ///< of what is kept
};

/// @param molecule whose fragments are told apart; must outlive the object
class FragmentIdentities {
 public:
  explicit FragmentIdentities(const Fragmentation& molecule);
  /// Worked out at the first call for a fragment; not thread-safe.
  const FragmentIdentity& of(std::size_t fragment);

 private:
  FragmentIdentity identify(const Fragment& fragment);
  BrokenBond broken_bond(const Fragment& fragment, std::size_t bond) const;
  std::uint64_t sum_around(AtomSet atoms) const;
  /// The bonds of the molecule whose ends are both among some atoms, into bonds_.
  void find_bonds_within(AtomSet atoms);
  /// @param atoms that bonds_ are of
  std::uint64_t structure(AtomSet atoms) const;

  const Fragmentation& molecule_;
  AtomEnvironments atoms_;
  std::uint64_t sum_around_all_ = 0;
  std::vector<const StructureGraph::Bond*> bonds_;  // of the piece in work
  std::vector<std::uint32_t> place_;                // in known_, plus one; 0: not known
  std::vector<FragmentIdentity> known_;
};

}  // namespace specbridge
