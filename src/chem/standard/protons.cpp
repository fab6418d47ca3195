#include "chem/standard/protons.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/MolStandardize/Charge.h>

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "chem/elements.h"
#include "chem/standard/electrons.h"

namespace specbridge {
namespace {

bool has_other_anion(const RDKit::Atom& atom, const RDKit::Atom& but) {
  for (const auto* neighbor : atom.getOwningMol().atomNeighbors(&atom)) {
    if (neighbor != &but && is_negative(*neighbor)) return true;
  }
  return false;
}

/// Whether each positive neighbour has another negative one, as in nitronates, azide and nitrate.
bool is_spare(const RDKit::Atom& atom) {
  for (const auto* neighbor : atom.getOwningMol().atomNeighbors(&atom)) {
    if (is_positive(*neighbor) && !has_other_anion(*neighbor, atom)) return false;
  }
  return true;
}

/// What takes a proton when the Uncharger has left a negative charge over. It leaves acid groups
/// for positive atoms that are none, since it does not see the negative metal of a complex, and
/// whatever is beside a positive atom.
bool takes_proton(const RDKit::Atom& atom) {
  if (atom.getFormalCharge() != -1) return false;
  const bool acid = atom.getAtomicNum() == kOxygen || atom.getAtomicNum() == kSulphur;
  if (!has_neighbor(atom, is_positive)) return acid && atom.getDegree() == 1;
  const bool beside = acid || atom.getAtomicNum() == kCarbon || atom.getAtomicNum() == kNitrogen;
  return beside && is_spare(atom);
}

/// Acid groups first, then carbon before nitrogen before oxygen.
std::tuple<bool, int, unsigned> proton_order(const RDKit::Atom& atom,
                                             const std::vector<unsigned>& rank) {
  return {has_neighbor(atom, is_positive), atom.getAtomicNum(), rank[atom.getIdx()]};
}

void protonate_rest(RDKit::RWMol& mol) {
  int charge = RDKit::MolOps::getFormalCharge(mol);
  if (charge >= 0) return;
  const auto rank = ranks_of(mol);
  std::vector<RDKit::Atom*> atoms;
  for (auto* atom : mol.atoms()) {
    if (takes_proton(*atom)) atoms.push_back(atom);
  }
  std::sort(atoms.begin(), atoms.end(), [&](const auto* a, const auto* b) {
    return proton_order(*a, rank) < proton_order(*b, rank);
  });
  for (auto* atom : atoms) {
    if (charge >= 0) break;
    if (!takes_proton(*atom)) continue;  // its neighbour's other partner has got one
    atom->setFormalCharge(0);
    atom->setNumExplicitHs(atom->getNumExplicitHs() + 1);
    ++charge;
  }
}

}  // namespace

MolPtr neutral_form(MolPtr mol) {
  // Its patterns cost more than a molecule to build and keep state while matching: one for each
  // thread.
  thread_local RDKit::MolStandardize::Uncharger uncharger(true);
  try {
    const std::unique_ptr<RDKit::ROMol> uncharged(uncharger.uncharge(*mol));
    auto neutral = std::make_unique<RDKit::RWMol>(*uncharged);
    protonate_rest(*neutral);
    RDKit::MolOps::sanitizeMol(*neutral);
    clear_stereo(*neutral);
    return neutral;
  } catch (const RDKit::MolSanitizeException&) {
    return mol;
  }
}

}  // namespace specbridge
