#include "specbridge/chem/morgan.h"

#include <DataStructs/SparseIntVect.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>
#include <GraphMol/GraphMol.h>

#include <memory>

#include "chem/parsing.h"
#include "specbridge/base/error.h"

namespace specbridge {

std::vector<EnvironmentCount> morgan_environments(const Molecule& molecule, unsigned radius) {
  auto parsed = parse_smiles(molecule.smiles());
  if (const auto* rejection = std::get_if<Rejection>(&parsed))
    throw ArtifactError(rejection->message);
  const std::unique_ptr<RDKit::SparseIntVect<std::uint32_t>> fingerprint(
      RDKit::MorganFingerprints::getFingerprint(*std::get<MolPtr>(parsed), radius));
  std::vector<EnvironmentCount> environments;
  for (const auto& [id, count] : fingerprint->getNonzeroElements()) {
    environments.push_back({id, static_cast<std::uint32_t>(count)});
  }
  return environments;
}

}  // namespace specbridge
