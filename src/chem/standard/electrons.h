#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include <GraphMol/GraphMol.h>

#include "chem/parsing.h"

namespace specbridge {

/// What an atom has to give or to take, for graphs with Kekulé bonds.
template <std::size_t N>
bool is_one_of(const RDKit::Atom& atom, const std::array<int, N>& elements) {
  return std::find(elements.begin(), elements.end(), atom.getAtomicNum()) != elements.end();
}
int count_multiple_bonds(const RDKit::Atom& atom);
bool has_neighbor(const RDKit::Atom& atom, bool (*fits)(const RDKit::Atom&));
bool has_hydrogens(const RDKit::Atom& atom);
bool is_negative(const RDKit::Atom& atom);
bool is_neutral(const RDKit::Atom& atom);
bool is_positive(const RDKit::Atom& atom);
bool is_positive_nitrogen(const RDKit::Atom& atom);
bool is_carbon(const RDKit::Atom& atom);
/// The end of a conjugated cation: a positive atom at its only multiple bond.
bool is_conjugated_cation(const RDKit::Atom& atom);
/// A neutral N, O or S with single bonds only.
bool has_lone_pair(const RDKit::Atom& atom);

/// A rank of each atom that does not depend on the order of atoms, but for atoms that are alike.
std::vector<unsigned> ranks_of(const RDKit::ROMol& mol);
/// The graph with Kekulé bonds; which atoms are aromatic stays known.
RDKit::RWMol kekulised(const RDKit::RWMol& mol);
/// The molecule of a graph whose bonds were moved; nullptr when RDKit has no place for them.
MolPtr sanitised(const RDKit::RWMol& kekule);

}  // namespace specbridge
