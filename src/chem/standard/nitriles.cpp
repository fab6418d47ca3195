#include "chem/standard/nitriles.h"

#include <GraphMol/GraphMol.h>

#include <utility>

#include "chem/elements.h"
#include "chem/standard/electrons.h"

namespace specbridge {
namespace {

bool is_cumulated(const RDKit::Atom& x, const RDKit::Atom& y, const RDKit::Atom& z) {
  if (count_multiple_bonds(x) != 1 || count_multiple_bonds(y) != 2 || !is_neutral(z)) return false;
  const bool ends = is_carbon(z) || z.getAtomicNum() == kNitrogen;
  if (x.getAtomicNum() == kNitrogen) return is_carbon(y) && is_neutral(y) && ends;
  return is_carbon(x) && is_positive_nitrogen(y) && (ends || z.getAtomicNum() == kOxygen);
}

RDKit::Bond* double_bond(const RDKit::RWMol& mol, const RDKit::Atom& atom, const RDKit::Bond* but) {
  for (auto* bond : mol.atomBonds(&atom)) {
    if (bond != but && bond->getBondType() == RDKit::Bond::DOUBLE) return bond;
  }
  return nullptr;
}

}  // namespace

MolPtr with_nitriles(MolPtr mol) {
  bool changed = false;
  for (auto* x : mol->atoms()) {
    auto* first = x->getFormalCharge() == -1 ? double_bond(*mol, *x, nullptr) : nullptr;
    auto* second = first ? double_bond(*mol, *first->getOtherAtom(x), first) : nullptr;
    if (second == nullptr) continue;
    auto* y = first->getOtherAtom(x);
    auto* z = second->getOtherAtom(y);
    if (!is_cumulated(*x, *y, *z)) continue;
    first->setBondType(RDKit::Bond::TRIPLE);
    second->setBondType(RDKit::Bond::SINGLE);
    x->setFormalCharge(0);
    z->setFormalCharge(-1);
    changed = true;
  }
  auto nitrile = changed ? sanitised(*mol) : nullptr;
  return nitrile == nullptr ? std::move(mol) : std::move(nitrile);
}

}  // namespace specbridge
