#include "chem/formulas/composition.h"

#include <GraphMol/Descriptors/MolDescriptors.h>
#include <GraphMol/GraphMol.h>
#include <GraphMol/PeriodicTable.h>
#include <fmt/format.h>

#include <map>
#include <stdexcept>
#include <utility>

namespace specbridge {
namespace {

/// Mass of the isotope, or of the most abundant one for isotope 0.
double mass_of_atom(int atomic_number, unsigned isotope) {
  const auto* table = RDKit::PeriodicTable::getTable();
  const auto element = static_cast<unsigned>(atomic_number);
  if (isotope == 0) return table->getMostCommonIsotopeMass(element);
  const double mass = table->getMassForIsotope(element, isotope);
  if (mass > 0) return mass;
  throw std::invalid_argument(
      fmt::format("{} has no isotope {}", table->getElementSymbol(element), isotope));
}

}  // namespace

double exact_mass(const RDKit::ROMol& mol) {
  std::map<std::pair<int, unsigned>, unsigned> counts;
  unsigned hydrogens = 0;
  for (const auto* atom : mol.atoms()) {
    ++counts[{atom->getAtomicNum(), atom->getIsotope()}];
    hydrogens += atom->getTotalNumHs();
  }
  if (hydrogens > 0) counts[{1, 0}] += hydrogens;
  double mass = 0;
  for (const auto& [atom, count] : counts) mass += count * mass_of_atom(atom.first, atom.second);
  return mass;
}

std::string formula_of(const RDKit::ROMol& mol) {
  return RDKit::Descriptors::calcMolFormula(mol);
}

}  // namespace specbridge
