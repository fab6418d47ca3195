#include "chem/graphs/structure_graph.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/PeriodicTable.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace specbridge {
namespace {

StructureGraph::Order bond_order(const RDKit::Bond& bond) {
  using Order = StructureGraph::Order;
  if (bond.getIsAromatic()) return Order::aromatic;
  switch (bond.getBondType()) {
    case RDKit::Bond::DOUBLE:
      return Order::twofold;
    case RDKit::Bond::TRIPLE:
      return Order::threefold;
    case RDKit::Bond::AROMATIC:
      return Order::aromatic;
    default:  // dative and higher orders
      return Order::onefold;
  }
}

double isotope_mass(const RDKit::Atom& atom) {
  const auto& table = *RDKit::PeriodicTable::getTable();
  const auto element = static_cast<unsigned>(atom.getAtomicNum());
  return atom.getIsotope() == 0 ? table.getMostCommonIsotopeMass(element)
                                : table.getMassForIsotope(element, atom.getIsotope());
}

/// Reads without sanitising, which would cost more than all the rest: the SMILES of a standardised
/// molecule says which atoms are aromatic, and hydrogens follow from valences alone.
std::unique_ptr<RDKit::RWMol> read_unsanitised(const std::string& smiles) {
  RDKit::SmilesParserParams params;
  params.sanitize = false;
  params.removeHs = false;
  std::unique_ptr<RDKit::RWMol> mol;
  try {
    mol.reset(RDKit::SmilesToMol(smiles, params));
    if (mol) mol->updatePropertyCache(false);
  } catch (const std::exception&) {
    mol.reset();
  }
  if (!mol) throw std::invalid_argument(fmt::format("\"{}\" is not standardised", smiles));
  RDKit::MolOps::fastFindRings(*mol);
  return mol;
}

}  // namespace

double hydrogen_mass() {
  static const double kMass = RDKit::PeriodicTable::getTable()->getMostCommonIsotopeMass(1);
  return kMass;
}

StructureGraph structure_graph(const Molecule& molecule) {
  return structure_graph(molecule.smiles());
}

StructureGraph structure_graph(std::string_view standard_smiles) {
  const auto mol = read_unsanitised(std::string(standard_smiles));
  const auto& rings = *mol->getRingInfo();
  StructureGraph graph;
  graph.atoms.reserve(mol->getNumAtoms());
  for (const auto* atom : mol->atoms()) {
    graph.atoms.push_back({static_cast<std::uint8_t>(atom->getAtomicNum()),
                           static_cast<std::uint8_t>(atom->getTotalNumHs()),
                           static_cast<std::int8_t>(atom->getFormalCharge()), atom->getIsAromatic(),
                           rings.numAtomRings(atom->getIdx()) > 0, isotope_mass(*atom)});
  }
  graph.bonds.reserve(mol->getNumBonds());
  for (const auto* bond : mol->bonds()) {
    const auto a = static_cast<std::uint16_t>(bond->getBeginAtomIdx());
    const auto b = static_cast<std::uint16_t>(bond->getEndAtomIdx());
    graph.bonds.push_back({std::min(a, b), std::max(a, b), bond_order(*bond),
                           rings.numBondRings(bond->getIdx()) > 0});
  }
  std::ranges::sort(graph.bonds);
  return graph;
}

std::vector<std::string> piece_smiles(std::string_view standard_smiles,
                                      std::span<const std::vector<int>> pieces) {
  const auto mol = read_unsanitised(std::string(standard_smiles));
  std::vector<std::string> texts;
  for (const auto& atoms : pieces) texts.push_back(RDKit::MolFragmentToSmiles(*mol, atoms));
  return texts;
}

}  // namespace specbridge
