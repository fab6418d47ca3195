#include "chem/standard/salts.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RingInfo.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "chem/elements.h"

namespace specbridge {
namespace {

template <std::size_t N>
bool is_one_of(int element, const std::array<int, N>& elements) {
  return std::find(elements.begin(), elements.end(), element) != elements.end();
}

/// Electrons that an alkali or alkaline-earth metal gives away; 0 for other elements.
int salt_valence(int element) {
  constexpr std::array kAlkali = {3, 11, 19, 37, 55, 87}, kAlkalineEarth = {4, 12, 20, 38, 56, 88};
  if (is_one_of(element, kAlkali)) return 1;
  return is_one_of(element, kAlkalineEarth) ? 2 : 0;
}

/// Elements whose bond to a metal is that of a salt.
bool is_salt_partner(int element) {
  constexpr std::array kPartners = {5, 7, 8, 9, 15, 16, 17, 33, 34, 35, 52, 53, 85};
  return is_one_of(element, kPartners);
}

/// Metals that keep their ligands: technetium, rhenium, gold, and the platinum group.
bool keeps_ligands(int element) {
  constexpr std::array kMetals = {43, 44, 45, 46, 75, 76, 77, 78, 79};
  return is_one_of(element, kMetals);
}

bool is_acceptor_bond(const RDKit::Atom& from, const RDKit::Bond& bond) {
  const auto type = bond.getBondType();
  return bond.getOtherAtom(&from)->getAtomicNum() != kCarbon &&
         (type == RDKit::Bond::DOUBLE || type == RDKit::Bond::TRIPLE);
}

/// A carbon acid's carbon: next to C=O, C#N, NO2, SO2 or the like. Its proton is that of an acid.
bool is_carbon_acid(const RDKit::ROMol& mol, const RDKit::Atom& carbon) {
  for (const auto* neighbor : mol.atomNeighbors(&carbon)) {
    for (const auto* bond : mol.atomBonds(neighbor)) {
      if (is_acceptor_bond(*neighbor, *bond)) return true;
    }
  }
  return false;
}

bool is_cyanide(const RDKit::ROMol& mol, const RDKit::Atom& carbon) {
  for (const auto* bond : mol.atomBonds(&carbon)) {
    const auto* other = bond->getOtherAtom(&carbon);
    if (bond->getBondType() == RDKit::Bond::TRIPLE && other->getAtomicNum() == kNitrogen) {
      return other->getDegree() == 1;
    }
  }
  return false;
}

/// Whether a bond to a metal stands for a salt: of an acid, a carbon acid or hydrogen cyanide.
bool is_salt_bond(const RDKit::ROMol& mol, const RDKit::Atom& partner) {
  if (is_salt_partner(partner.getAtomicNum())) return true;
  return partner.getAtomicNum() == kCarbon &&
         (is_carbon_acid(mol, partner) || is_cyanide(mol, partner));
}

/// Whether there is a way from one atom to another that does not lead over a third.
bool are_connected(const RDKit::ROMol& mol, const RDKit::Atom& from, const RDKit::Atom& to,
                   const RDKit::Atom& without) {
  std::vector<char> seen(mol.getNumAtoms());
  seen[without.getIdx()] = seen[from.getIdx()] = 1;
  std::vector<const RDKit::Atom*> open{&from};
  while (!open.empty()) {
    const auto* atom = open.back();
    open.pop_back();
    for (const auto* next : mol.atomNeighbors(atom)) {
      if (std::exchange(seen[next->getIdx()], 1) == 0) open.push_back(next);
    }
  }
  return seen[to.getIdx()] != 0;
}

/// Whether a metal sits between nitrogens of one ligand, as in chlorophyll.
bool is_chelated(const RDKit::ROMol& mol, const RDKit::Atom& metal) {
  std::vector<const RDKit::Atom*> nitrogens;
  for (const auto* neighbor : mol.atomNeighbors(&metal)) {
    if (neighbor->getAtomicNum() == kNitrogen) nitrogens.push_back(neighbor);
  }
  return nitrogens.size() > 1 && are_connected(mol, *nitrogens[0], *nitrogens[1], metal);
}

bool is_salt(const RDKit::ROMol& mol, const RDKit::Atom& metal) {
  for (const auto* neighbor : mol.atomNeighbors(&metal)) {
    if (!is_salt_bond(mol, *neighbor)) return false;
  }
  return !is_chelated(mol, metal);
}

/// Electrons go to the non-metal, unless the charges are drawn already or the metal has none left.
void cut(RDKit::RWMol& mol, RDKit::Atom& metal, RDKit::Atom& partner) {
  const auto* bond = mol.getBondBetweenAtoms(metal.getIdx(), partner.getIdx());
  const bool dative =
      bond->getBondType() == RDKit::Bond::DATIVE || bond->getBondType() == RDKit::Bond::ZERO;
  const int electrons = dative ? 0 : static_cast<int>(std::lround(bond->getBondTypeAsDouble()));
  const bool has_them = metal.getFormalCharge() + electrons <= salt_valence(metal.getAtomicNum());
  if (has_them && partner.getFormalCharge() >= 0) {
    metal.setFormalCharge(metal.getFormalCharge() + electrons);
    partner.setFormalCharge(partner.getFormalCharge() - electrons);
  }
  mol.removeBond(metal.getIdx(), partner.getIdx());
}

/// Whether an atom has a double bond to oxygen, as the nitrogen of a nitro group has.
bool has_oxo_group(const RDKit::ROMol& mol, const RDKit::Atom& atom) {
  for (const auto* bond : mol.atomBonds(&atom)) {
    const bool oxygen = bond->getOtherAtom(&atom)->getAtomicNum() == kOxygen;
    if (oxygen && bond->getBondType() == RDKit::Bond::DOUBLE) return true;
  }
  return false;
}

/// The negative end of an isocyanide, of carbon monoxide or of an ylide; no carbon beside NO2.
bool is_half_of_pair(const RDKit::ROMol& mol, const RDKit::Atom& carbon) {
  for (const auto* neighbor : mol.atomNeighbors(&carbon)) {
    if (neighbor->getFormalCharge() > 0 && !has_oxo_group(mol, *neighbor)) return true;
  }
  return false;
}

/// Whether an atom is the carbon that an organometallic compound of the metal is bound by.
bool binds(const RDKit::ROMol& mol, const RDKit::Atom& atom, const RDKit::Atom& metal) {
  if (atom.getAtomicNum() != kCarbon) return false;
  const bool forms_salts = salt_valence(metal.getAtomicNum()) > 0;
  if (!forms_salts && atom.getNumRadicalElectrons() > 0) return true;
  if (atom.getFormalCharge() >= 0) return false;
  if (is_cyanide(mol, atom) || is_half_of_pair(mol, atom)) return !forms_salts;
  if (atom.getIsAromatic()) return true;  // cyclopentadienide
  return !is_carbon_acid(mol, atom);
}

/// Negative nitrogens of a large ring, as in haem and chlorophyll.
bool is_macrocycle(const RDKit::ROMol& mol) {
  constexpr std::size_t kLargeRing = 12;
  const auto is_anion = [&](int index) {
    const auto* atom = mol.getAtomWithIdx(static_cast<unsigned>(index));
    return atom->getAtomicNum() == kNitrogen && atom->getFormalCharge() < 0;
  };
  const auto& rings = mol.getRingInfo()->atomRings();
  return std::any_of(rings.begin(), rings.end(), [&](const auto& ring) {
    return ring.size() >= kLargeRing && std::count_if(ring.begin(), ring.end(), is_anion) > 1;
  });
}

bool has_carbon(const RDKit::ROMol& mol) {
  for (const auto* atom : mol.atoms()) {
    if (atom->getAtomicNum() == kCarbon) return true;
  }
  return false;
}

/// Whether the other parts of a mixture are bound in truth to a metal that is drawn alone.
bool binds_alone(const RDKit::ROMol& mol, const RDKit::Atom& metal) {
  if (keeps_ligands(metal.getAtomicNum())) return true;
  if (!has_carbon(mol)) return false;
  for (const auto* atom : mol.atoms()) {
    if (binds(mol, *atom, metal)) return true;
  }
  return salt_valence(metal.getAtomicNum()) != 1 && is_macrocycle(mol);
}

/// Whether an atom has electrons to give to a metal: of an amine, phosphine, sulphide, isocyanide.
bool is_donor(const RDKit::Atom& atom) {
  constexpr int kPhosphorus = 15, kArsenic = 33;
  const int element = atom.getAtomicNum(), charge = atom.getFormalCharge();
  if (element == kCarbon) return charge < 0;
  if (element == kSulphur) return charge <= 0 && atom.getDegree() <= 2;
  const bool trivalent = element == kNitrogen || element == kPhosphorus || element == kArsenic;
  return trivalent && charge <= 0 && atom.getDegree() <= 3;
}

/// Whether ligands stand beside the chloride or oxide of a metal that holds them: cisplatin drawn
/// as N.N.Cl[Pt]Cl.
bool lacks_ligands(const RDKit::ROMol& mol, const RDKit::Atom& metal) {
  if (!keeps_ligands(metal.getAtomicNum())) return false;
  std::vector<int> parts;
  RDKit::MolOps::getMolFrags(mol, parts);
  const int own = parts[metal.getIdx()];
  bool beside = false;
  for (const auto* atom : mol.atoms()) {
    const bool of_metal = parts[atom->getIdx()] == own;
    if (of_metal && atom->getAtomicNum() == kCarbon) return false;
    beside = beside || (!of_metal && is_donor(*atom));
  }
  return beside;
}

}  // namespace

bool is_metal(int element) {
  constexpr std::array kNonMetals = {0,  1,  2,  5,  6,  7,  8,  9,  10, 14, 15, 16, 17,
                                     18, 32, 33, 34, 35, 36, 51, 52, 53, 54, 85, 86};
  return element <= 118 && !is_one_of(element, kNonMetals);
}

void cut_salt_bonds(RDKit::RWMol& mol) {
  for (auto* metal : mol.atoms()) {
    const bool may_be = salt_valence(metal->getAtomicNum()) > 0 && metal->getDegree() > 0;
    if (!may_be || !is_salt(mol, *metal)) continue;
    std::vector<RDKit::Atom*> partners;
    for (auto* partner : mol.atomNeighbors(metal)) partners.push_back(partner);
    for (auto* partner : partners) cut(mol, *metal, *partner);
  }
}

std::optional<std::string> complex_problem(const RDKit::ROMol& mol) {
  if (mol.getNumAtoms() < 2) return {};
  for (const auto* metal : mol.atoms()) {
    if (!is_metal(metal->getAtomicNum())) continue;
    if (metal->getDegree() == 0 ? !binds_alone(mol, *metal) : !lacks_ligands(mol, *metal)) continue;
    return fmt::format(
        "is a compound of {} drawn as separate parts; the largest part alone would be another "
        "molecule",
        metal->getSymbol());
  }
  return {};
}

}  // namespace specbridge
