#include "chem/standard/fragment.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "chem/elements.h"
#include "chem/formulas/composition.h"
#include "chem/standard/salts.h"

namespace specbridge {
namespace {

/// What fragments are compared by; the greatest is kept.
struct FragmentKey {
  bool organic = false;
  bool has_nonmetal = false;  // the counter-ion of hydroxide is not what is left of it
  unsigned heavy_atoms = 0;
  double mass = 0;
};

FragmentKey fragment_key(const RDKit::ROMol& mol) {
  FragmentKey key{false, false, mol.getNumHeavyAtoms(), exact_mass(mol)};
  for (const auto* atom : mol.atoms()) {
    key.organic = key.organic || atom->getAtomicNum() == kCarbon;
    key.has_nonmetal = key.has_nonmetal || !is_metal(atom->getAtomicNum());
  }
  return key;
}

/// Whether a fragment is kept rather than another one.
bool is_before(const FragmentKey& key, const RDKit::ROMol& fragment, const FragmentKey& other_key,
               const RDKit::ROMol& other) {
  const auto order = [](const FragmentKey& k) {
    return std::tuple(k.organic, k.has_nonmetal, k.heavy_atoms, k.mass);
  };
  if (order(key) != order(other_key)) return order(key) > order(other_key);
  return write_smiles(fragment) < write_smiles(other);
}

}  // namespace

MolPtr largest_fragment(MolPtr mol, MolPtr (*standard_form)(MolPtr)) {
  const auto fragments = RDKit::MolOps::getMolFrags(*mol, false);
  if (fragments.size() < 2) return standard_form(std::move(mol));
  MolPtr best;
  FragmentKey best_key;
  for (const auto& part : fragments) {
    auto fragment = standard_form(std::make_unique<RDKit::RWMol>(*part));
    const FragmentKey key = fragment_key(*fragment);
    if (best != nullptr && !is_before(key, *fragment, best_key, *best)) continue;
    best = std::move(fragment);
    best_key = key;
  }
  return best;
}

}  // namespace specbridge
