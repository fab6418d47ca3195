#include "chem/graphs/isomer_edits.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/PeriodicTable.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "chem/elements.h"
#include "chem/morgan.h"
#include "chem/parsing.h"
#include "chem/standard/electrons.h"

namespace specbridge {
namespace {

constexpr std::size_t kTries = 20;  // for each isomer that is wanted
constexpr unsigned kRadius = 2;

bool is_neutral(const RDKit::Atom& atom) {
  return atom.getFormalCharge() == 0 && atom.getNumRadicalElectrons() == 0;
}

/// Without aromatic bonds, and with hydrogens that follow from the valences.
MolPtr editable(std::string_view smiles) {
  auto parsed = parse_smiles(smiles);
  auto* mol = std::get_if<MolPtr>(&parsed);
  if (mol == nullptr) return nullptr;
  RDKit::MolOps::Kekulize(**mol, true);
  for (auto* atom : (*mol)->atoms()) {
    if (!is_neutral(*atom)) continue;
    atom->setNoImplicit(false);
    atom->setNumExplicitHs(0);
  }
  (*mol)->updatePropertyCache(false);
  return std::move(*mol);
}

/// What edits begin with, and the same sanitised.
struct Origin {
  MolPtr whole, itself;
};

/// Nothing where a SMILES is none, or no molecule.
std::optional<Origin> origin_of(std::string_view smiles) {
  Origin origin{editable(smiles), nullptr};
  if (origin.whole != nullptr) origin.itself = sanitised(*origin.whole);
  if (origin.itself == nullptr) return {};
  return origin;
}

/// A random one of some values; none of no values.
template <typename T>
std::optional<T> any_of(const std::vector<T>& values, Random& random) {
  if (values.empty()) return {};
  return values[random.below(values.size())];
}

/// The atoms that hang on one end of a bond, where the bond is in no ring; else all atoms.
std::vector<char> part_behind(const RDKit::ROMol& mol, const RDKit::Bond& bond,
                              const RDKit::Atom& end) {
  std::vector<char> seen(mol.getNumAtoms());
  std::vector<const RDKit::Atom*> open{&end};
  seen[end.getIdx()] = 1;
  while (!open.empty()) {
    const auto* atom = open.back();
    open.pop_back();
    for (const auto* other : mol.atomBonds(atom)) {
      if (other == &bond) continue;
      const auto* next = other->getOtherAtom(atom);
      if (std::exchange(seen[next->getIdx()], 1) == 0) open.push_back(next);
    }
  }
  return seen;
}

/// Takes a substituent from its atom, which gets a hydrogen for it, to another one that has a
/// hydrogen to give.
bool move_substituent(RDKit::RWMol& mol, Random& random) {
  std::vector<RDKit::Bond*> singles;
  for (auto* bond : mol.bonds()) {
    if (bond->getBondType() == RDKit::Bond::SINGLE) singles.push_back(bond);
  }
  const auto bond = any_of(singles, random);
  if (!bond) return false;
  auto *from = (*bond)->getBeginAtom(), *root = (*bond)->getEndAtom();
  if (random.below(2) == 0) std::swap(from, root);
  const auto moved = part_behind(mol, **bond, *root);
  if (moved[from->getIdx()] != 0) return false;  // in a ring
  std::vector<unsigned> places;
  for (const auto* atom : mol.atoms()) {
    const int element = atom->getAtomicNum();
    const bool takes = element == kCarbon || element == kNitrogen || element == kOxygen;
    if (takes && atom != from && moved[atom->getIdx()] == 0 && is_neutral(*atom) &&
        atom->getTotalNumHs() > 0) {
      places.push_back(atom->getIdx());
    }
  }
  const auto place = any_of(places, random);
  if (!place || !is_neutral(*from)) return false;
  const unsigned moving = root->getIdx();
  mol.removeBond(from->getIdx(), moving);
  mol.addBond(*place, moving, RDKit::Bond::SINGLE);
  return true;
}

double bonds_of(const RDKit::ROMol& mol, const RDKit::Atom& atom) {
  double sum = 0;
  for (const auto* bond : mol.atomBonds(&atom)) sum += bond->getBondTypeAsDouble();
  return sum;
}

/// Lets two atoms of different elements change places, where the bonds of each suit the other.
bool exchange_elements(RDKit::RWMol& mol, Random& random) {
  const auto& table = *RDKit::PeriodicTable::getTable();
  std::vector<RDKit::Atom*> atoms;
  for (auto* atom : mol.atoms()) {
    const int element = atom->getAtomicNum();
    const bool changes = element == kCarbon || element == kNitrogen || element == kOxygen;
    if (changes && is_neutral(*atom) && atom->getIsotope() == 0) atoms.push_back(atom);
  }
  const auto a = any_of(atoms, random), b = any_of(atoms, random);
  if (!a || (*a)->getAtomicNum() == (*b)->getAtomicNum()) return false;
  const int of_a = (*a)->getAtomicNum(), of_b = (*b)->getAtomicNum();
  const auto fits = [&](const RDKit::Atom& atom, int element) {
    return bonds_of(mol, atom) <= table.getDefaultValence(static_cast<unsigned>(element));
  };
  if (!fits(**a, of_b) || !fits(**b, of_a)) return false;
  (*a)->setAtomicNum(of_b);
  (*b)->setAtomicNum(of_a);
  return true;
}

/// A sanitised copy with one to three edits; nullptr where it is no molecule.
MolPtr edited(const RDKit::RWMol& whole, Random& random) {
  constexpr std::uint64_t kMostEdits = 3, kMovesInTen = 7, kMostTries = 12;
  RDKit::RWMol mol(whole);
  std::uint64_t left = 1 + random.below(kMostEdits);
  for (std::uint64_t tries = 0; left > 0 && tries < kMostTries; ++tries) {
    const bool moves = random.below(10) < kMovesInTen;
    if (!(moves ? move_substituent(mol, random) : exchange_elements(mol, random))) continue;
    mol.updatePropertyCache(false);
    --left;
  }
  return sanitised(mol);
}

std::size_t unknown_environments(const RDKit::ROMol& mol, const KnownEnvironments& known) {
  return static_cast<std::size_t>(
      std::ranges::count_if(morgan_environments(mol, kRadius),
                            [&](const EnvironmentCount& one) { return !known.contains(one.id); }));
}

}  // namespace

std::vector<Molecule> edited_isomers(const Molecule& molecule, std::size_t most,
                                     const std::vector<Molecule>& taken,
                                     const KnownEnvironments& known, Random& random) {
  constexpr double kLetThrough = 0.1;
  std::vector<Molecule> isomers;
  const auto origin = origin_of(molecule.smiles());
  if (!origin) return isomers;
  std::unordered_set<std::string> keys{molecule.inchikey14()};
  for (const auto& other : taken) keys.insert(other.inchikey14());
  const std::size_t allowed =
      std::max<std::size_t>(unknown_environments(*origin->itself, known), 1) + 1;
  for (std::size_t tries = kTries * most; tries > 0 && isomers.size() < most; --tries) {
    const auto mol = edited(*origin->whole, random);
    const bool chance = random.uniform() < kLetThrough;
    if (mol == nullptr || (!chance && unknown_environments(*mol, known) > allowed)) continue;
    auto result = standardize(RDKit::MolToSmiles(*mol));
    auto* isomer = std::get_if<Molecule>(&result);
    if (isomer == nullptr || isomer->formula() != molecule.formula()) continue;
    if (keys.insert(isomer->inchikey14()).second) isomers.push_back(std::move(*isomer));
  }
  return isomers;
}

std::vector<std::string> edited_smiles(std::string_view smiles, std::size_t most, Random& random) {
  std::vector<std::string> isomers;
  const auto origin = origin_of(smiles);
  if (!origin) return isomers;
  std::unordered_set<std::string> seen{RDKit::MolToSmiles(*origin->itself)};
  for (std::size_t tries = kTries * most; tries > 0 && isomers.size() < most; --tries) {
    const auto mol = edited(*origin->whole, random);
    if (mol == nullptr) continue;
    auto isomer = RDKit::MolToSmiles(*mol);
    if (seen.insert(isomer).second) isomers.push_back(std::move(isomer));
  }
  return isomers;
}

}  // namespace specbridge
