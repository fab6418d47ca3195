#include "chem/standard/electrons.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>

#include <array>

#include "chem/canonical_ranks.h"
#include "chem/elements.h"

namespace specbridge {

int count_multiple_bonds(const RDKit::Atom& atom) {
  int count = 0;
  for (const auto* bond : atom.getOwningMol().atomBonds(&atom)) {
    if (bond->getBondTypeAsDouble() > 1) ++count;
  }
  return count;
}

bool has_neighbor(const RDKit::Atom& atom, bool (*fits)(const RDKit::Atom&)) {
  for (const auto* neighbor : atom.getOwningMol().atomNeighbors(&atom)) {
    if (fits(*neighbor)) return true;
  }
  return false;
}

bool is_negative(const RDKit::Atom& atom) {
  return atom.getFormalCharge() < 0;
}

bool is_neutral(const RDKit::Atom& atom) {
  return atom.getFormalCharge() == 0;
}

bool is_positive(const RDKit::Atom& atom) {
  return atom.getFormalCharge() > 0;
}

bool is_positive_nitrogen(const RDKit::Atom& atom) {
  return atom.getAtomicNum() == kNitrogen && is_positive(atom);
}

bool is_carbon(const RDKit::Atom& atom) {
  return atom.getAtomicNum() == kCarbon;
}

bool is_conjugated_cation(const RDKit::Atom& atom) {
  constexpr std::array kElements = {7, 8, 15, 16, 33, 34, 52};
  return atom.getFormalCharge() > 0 && is_one_of(atom, kElements) &&
         count_multiple_bonds(atom) == 1;
}

bool has_hydrogens(const RDKit::Atom& atom) {
  return atom.getTotalNumHs() > 0;
}

bool has_lone_pair(const RDKit::Atom& atom) {
  constexpr std::array kElements = {7, 8, 16};
  const unsigned valence = atom.getAtomicNum() == 7 ? 3 : 2;
  return is_neutral(atom) && is_one_of(atom, kElements) && count_multiple_bonds(atom) == 0 &&
         atom.getTotalDegree() == valence;
}

std::vector<unsigned> ranks_of(const RDKit::ROMol& mol) {
  std::vector<unsigned> ranks;
  RDKit::Canon::rankMolAtoms(mol, ranks);
  return ranks;
}

RDKit::RWMol kekulised(const RDKit::RWMol& mol) {
  RDKit::RWMol copy(mol);
  RDKit::MolOps::Kekulize(copy, false);
  return copy;
}

MolPtr sanitised(const RDKit::RWMol& kekule) {
  auto mol = std::make_unique<RDKit::RWMol>(kekule);
  for (auto* atom : mol->atoms()) atom->setIsAromatic(false);
  for (auto* bond : mol->bonds()) bond->setIsAromatic(false);
  try {
    RDKit::MolOps::sanitizeMol(*mol);
  } catch (const RDKit::MolSanitizeException&) {
    return nullptr;
  }
  clear_stereo(*mol);
  return mol;
}

}  // namespace specbridge
