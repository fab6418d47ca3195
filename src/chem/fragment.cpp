#include "chem/fragment.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "chem/composition.h"

namespace specbridge {
namespace {

/// What fragments are compared by; the greatest is kept.
struct FragmentKey {
  bool organic = false;
  unsigned heavy_atoms = 0;
  double mass = 0;
};

FragmentKey key_of(const RDKit::ROMol& mol) {
  constexpr int kCarbon = 6;
  bool organic = false;
  for (const auto* atom : mol.atoms()) organic = organic || atom->getAtomicNum() == kCarbon;
  return {organic, mol.getNumHeavyAtoms(), exact_mass(mol)};
}

}  // namespace

MolPtr largest_fragment(MolPtr mol) {
  auto fragments = RDKit::MolOps::getMolFrags(*mol, false);
  if (fragments.size() < 2) return mol;
  const auto order = [](const FragmentKey& key) {
    return std::tuple(key.organic, key.heavy_atoms, key.mass);
  };
  std::size_t best = 0;
  FragmentKey best_key = key_of(*fragments[0]);
  std::string best_smiles = write_smiles(*fragments[0]);
  for (std::size_t i = 1; i < fragments.size(); ++i) {
    const FragmentKey key = key_of(*fragments[i]);
    if (order(key) < order(best_key)) continue;
    std::string smiles = write_smiles(*fragments[i]);
    if (order(key) == order(best_key) && smiles >= best_smiles) continue;
    best = i;
    best_key = key;
    best_smiles = std::move(smiles);
  }
  return std::make_unique<RDKit::RWMol>(*fragments[best]);
}

}  // namespace specbridge
