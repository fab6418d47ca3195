#include "chem/molecule_graph.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/new_canon.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "chem/parsing.h"

namespace specbridge {
namespace {

std::uint16_t half_orders_of(const RDKit::Bond& bond) {
  return static_cast<std::uint16_t>(std::lround(2 * bond.getBondTypeAsDouble()));
}

/// A copy with nothing but elements and bond orders, for which RDKit ranks atoms by the graph
/// alone.
RDKit::RWMol bare_copy(const RDKit::ROMol& mol) {
  RDKit::RWMol bare;
  for (const auto* atom : mol.atoms()) {
    auto* copy = new RDKit::Atom(atom->getAtomicNum());
    copy->setNoImplicit(true);
    bare.addAtom(copy, false, true);  // takes it over
  }
  for (const auto* bond : mol.bonds()) {
    if (half_orders_of(*bond) == 0) continue;
    const auto type =
        bond->getBondType() == RDKit::Bond::DATIVE ? RDKit::Bond::SINGLE : bond->getBondType();
    bare.addBond(bond->getBeginAtomIdx(), bond->getEndAtomIdx(), type);
  }
  bare.updatePropertyCache(false);
  return bare;
}

MoleculeGraph graph_of(const RDKit::ROMol& mol) {
  const RDKit::RWMol bare = bare_copy(mol);
  std::vector<unsigned> rank;
  RDKit::Canon::rankMolAtoms(bare, rank);
  MoleculeGraph graph;
  graph.elements.resize(bare.getNumAtoms());
  for (const auto* atom : bare.atoms()) {
    graph.elements[rank[atom->getIdx()]] = static_cast<std::uint8_t>(atom->getAtomicNum());
  }
  for (const auto* bond : bare.bonds()) {
    const auto one = static_cast<std::uint16_t>(rank[bond->getBeginAtomIdx()]);
    const auto two = static_cast<std::uint16_t>(rank[bond->getEndAtomIdx()]);
    graph.bonds.push_back({std::min(one, two), std::max(one, two), half_orders_of(*bond)});
  }
  std::ranges::sort(graph.bonds);
  return graph;
}

}  // namespace

std::variant<MoleculeGraph, Rejection> read_molecule_graph(std::string_view smiles) {
  smiles = trim(smiles);
  auto parsed = parse_smiles(smiles);
  if (auto* rejection = std::get_if<Rejection>(&parsed)) return std::move(*rejection);
  const auto& mol = *std::get<MolPtr>(parsed);
  if (mol.getNumAtoms() > kMaxHeavyAtoms) {
    return Rejection{"too_large", fmt::format("the structure has {} heavy atoms; the limit is {}",
                                              mol.getNumAtoms(), kMaxHeavyAtoms)};
  }
  try {
    return graph_of(mol);
  } catch (const std::exception& error) {
    return Rejection{"bad_structure", fmt::format("\"{}\" is no valid structure: {}",
                                                  one_line(smiles, 120), what_of(error))};
  }
}

}  // namespace specbridge
