#include "chem/standard/cations.h"

#include <GraphMol/GraphMol.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "chem/standard/conjugation.h"
#include "chem/standard/electrons.h"
#include "chem/standard/forms.h"

namespace specbridge {
namespace {

using LastBond = PathFinder::LastBond;

int preference_of(const RDKit::Atom& atom) {
  constexpr std::array kOrder = {7, 15, 16, 34, 8, 52, 33};
  const auto place = std::find(kOrder.begin(), kOrder.end(), atom.getAtomicNum());
  return static_cast<int>(place - kOrder.begin());
}

bool may_move(const RDKit::Atom& atom) {
  return is_conjugated_cation(atom) && !has_hydrogens(atom) && !has_neighbor(atom, is_negative);
}

bool has_conjugated_cation(const RDKit::RWMol& mol) {
  for (const auto* atom : mol.atoms()) {
    const bool may_be = atom->getFormalCharge() > 0 && count_multiple_bonds(*atom) > 0;
    if (may_be && !has_hydrogens(*atom) && !has_neighbor(*atom, is_negative)) return true;
  }
  return false;
}

/// The elements that carry charges.
FormKey cation_key(const RDKit::RWMol& mol) {
  int preference = 0;
  for (const auto* atom : mol.atoms()) {
    if (atom->getFormalCharge() > 0) preference += preference_of(*atom);
  }
  return {{preference}, write_smiles(mol)};
}

/// All ways that one move leads to.
std::vector<MolPtr> cations_moved_once(const RDKit::RWMol& mol) {
  const RDKit::RWMol kekule = kekulised(mol);
  PathFinder finder(kekule, ranks_of(mol));
  std::vector<MolPtr> forms;
  for (const auto* cation : finder.atoms()) {
    if (!may_move(*cation)) continue;
    for (const auto* donor : finder.atoms()) {
      const bool better = preference_of(*donor) <= preference_of(*cation);
      if (!better || has_hydrogens(*donor) || !has_lone_pair(*donor)) continue;
      const auto is_cation = [&](const RDKit::Atom& atom) { return &atom == cation; };
      const auto path = finder.find(*donor, LastBond::multiple, is_cation, is_neutral);
      if (!path) continue;
      RDKit::RWMol moved(kekule);
      move_electrons(moved, *path);
      if (auto form = sanitised(moved)) forms.push_back(std::move(form));
    }
  }
  return forms;
}

}  // namespace

MolPtr settled_cation(MolPtr mol) {
  if (!has_conjugated_cation(*mol)) return mol;
  return std::move(forms_of(std::move(mol), cation_key, cations_moved_once).front().mol);
}

}  // namespace specbridge
