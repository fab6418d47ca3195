#include "chem/depiction.h"

#include <GraphMol/Depictor/RDDepictor.h>
#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>

#include <variant>

#include "chem/parsing.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

int order_of(const RDKit::Bond& bond) {
  switch (bond.getBondType()) {
    case RDKit::Bond::DOUBLE:
      return 2;
    case RDKit::Bond::TRIPLE:
      return 3;
    default:
      return 1;
  }
}

}  // namespace

Depiction depict(const Molecule& molecule) {
  auto parsed = parse_smiles(molecule.smiles());
  if (const auto* rejection = std::get_if<Rejection>(&parsed)) {
    throw ArtifactError(rejection->message);
  }
  RDKit::RWMol& mol = *std::get<MolPtr>(parsed);
  Depiction depiction;
  for (const auto* atom : mol.atoms()) {
    depiction.atoms.push_back({0, 0, atom->getSymbol(), static_cast<int>(atom->getTotalNumHs()),
                               atom->getFormalCharge(), static_cast<int>(atom->getIsotope()),
                               static_cast<int>(atom->getNumRadicalElectrons())});
  }
  RDKit::MolOps::KekulizeIfPossible(mol);
  RDDepict::compute2DCoords(mol, nullptr, true);
  const auto& conformer = mol.getConformer();
  for (std::size_t i = 0; i < depiction.atoms.size(); ++i) {
    const auto& place = conformer.getAtomPos(static_cast<unsigned>(i));
    depiction.atoms[i].x = place.x;
    depiction.atoms[i].y = place.y;
  }
  for (const auto* bond : mol.bonds()) {
    depiction.bonds.push_back({static_cast<int>(bond->getBeginAtomIdx()),
                               static_cast<int>(bond->getEndAtomIdx()), order_of(*bond)});
  }
  return depiction;
}

}  // namespace specbridge
