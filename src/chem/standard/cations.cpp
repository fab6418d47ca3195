#include "chem/standard/cations.h"

#include <GraphMol/GraphMol.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "chem/standard/conjugation.h"
#include "chem/standard/electrons.h"

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

/// What the ways to write a cation are compared by: the elements that carry charges, then SMILES.
using FormKey = std::pair<int, std::string>;

FormKey form_key(const RDKit::RWMol& mol) {
  int preference = 0;
  for (const auto* atom : mol.atoms()) {
    if (atom->getFormalCharge() > 0) preference += preference_of(*atom);
  }
  return {preference, write_smiles(mol)};
}

/// All ways that one move leads to.
std::vector<MolPtr> moved_once(const RDKit::RWMol& mol) {
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
  constexpr std::size_t kMostForms = 64;
  if (!has_conjugated_cation(*mol)) return mol;
  std::set<std::string> seen{write_smiles(*mol)};
  auto best_key = form_key(*mol);
  MolPtr best = std::make_unique<RDKit::RWMol>(*mol);
  std::vector<MolPtr> open;
  open.push_back(std::move(mol));
  while (!open.empty() && seen.size() < kMostForms) {
    const MolPtr form = std::move(open.back());
    open.pop_back();
    for (auto& next : moved_once(*form)) {
      auto key = form_key(*next);
      if (!seen.insert(key.second).second) continue;
      if (key < best_key) {
        best_key = std::move(key);
        best = std::make_unique<RDKit::RWMol>(*next);
      }
      open.push_back(std::move(next));
    }
  }
  return best;
}

}  // namespace specbridge
