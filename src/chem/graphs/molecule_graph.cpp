#include "chem/graphs/molecule_graph.h"

#include <GraphMol/GraphMol.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "base/text.h"
#include "chem/canonical_ranks.h"
#include "chem/parsing.h"

namespace specbridge {
namespace {

std::uint16_t half_orders_of(const RDKit::Bond& bond) {
  return static_cast<std::uint16_t>(std::lround(2 * bond.getBondTypeAsDouble()));
}

/// Whether an atom is a hydrogen at a heavy atom, which is no node, labelled or not.
bool is_left_out(const RDKit::ROMol& mol, const RDKit::Atom& atom) {
  if (atom.getAtomicNum() != 1 || atom.getDegree() != 1) return false;
  return (*mol.atomNeighbors(&atom).begin())->getAtomicNum() > 1;
}

/// A copy with nothing but elements and bond orders, for which RDKit ranks atoms by the graph
/// alone.
RDKit::RWMol bare_copy(const RDKit::ROMol& mol) {
  RDKit::RWMol bare;
  std::vector<std::optional<unsigned>> place(mol.getNumAtoms());
  for (const auto* atom : mol.atoms()) {
    if (is_left_out(mol, *atom)) continue;
    auto* copy = new RDKit::Atom(atom->getAtomicNum());
    copy->setNoImplicit(true);
    place[atom->getIdx()] = bare.addAtom(copy, false, true);  // takes it over
  }
  for (const auto* bond : mol.bonds()) {
    const auto begin = place[bond->getBeginAtomIdx()], end = place[bond->getEndAtomIdx()];
    if (half_orders_of(*bond) == 0 || !begin || !end) continue;
    const auto type =
        bond->getBondType() == RDKit::Bond::DATIVE ? RDKit::Bond::SINGLE : bond->getBondType();
    bare.addBond(*begin, *end, type);
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
  auto parsed = parse_structure(smiles, SaltBonds::kept);
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
