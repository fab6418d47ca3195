#include "chem/morgan.h"

#include <DataStructs/SparseIntVect.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>
#include <GraphMol/GraphMol.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "chem/parsing.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr unsigned kBitsRadius = 2;

}  // namespace

std::vector<EnvironmentCount> morgan_environments(const Molecule& molecule, unsigned radius) {
  auto parsed = parse_smiles(molecule.smiles());
  if (const auto* rejection = std::get_if<Rejection>(&parsed))
    throw ArtifactError(rejection->message);
  return morgan_environments(*std::get<MolPtr>(parsed), radius);
}

std::vector<EnvironmentCount> morgan_environments(const RDKit::ROMol& mol, unsigned radius) {
  const std::unique_ptr<RDKit::SparseIntVect<std::uint32_t>> fingerprint(
      RDKit::MorganFingerprints::getFingerprint(mol, radius));
  std::vector<EnvironmentCount> environments;
  for (const auto& [id, count] : fingerprint->getNonzeroElements()) {
    environments.push_back({id, static_cast<std::uint32_t>(count)});
  }
  return environments;
}

FingerprintBits morgan_bits(const Molecule& molecule, std::uint32_t length) {
  FingerprintBits bits;
  for (const auto& [id, count] : morgan_environments(molecule, kBitsRadius)) {
    bits.push_back(static_cast<std::uint16_t>(id % length));
  }
  std::sort(bits.begin(), bits.end());
  bits.erase(std::unique(bits.begin(), bits.end()), bits.end());
  return bits;
}

double tanimoto(const FingerprintBits& a, const FingerprintBits& b) {
  FingerprintBits common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  const std::size_t either = a.size() + b.size() - common.size();
  return either == 0 ? 1 : static_cast<double>(common.size()) / static_cast<double>(either);
}

}  // namespace specbridge
