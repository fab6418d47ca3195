#include "chem/standard/anions.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RingInfo.h>

#include <array>
#include <utility>
#include <vector>

#include "chem/elements.h"
#include "chem/inchi.h"
#include "chem/standard/conjugation.h"
#include "chem/standard/electrons.h"
#include "chem/standard/forms.h"
#include "chem/standard/nitriles.h"
#include "chem/standard/protons.h"

namespace specbridge {
namespace {

using LastBond = PathFinder::LastBond;

bool shares_charges(const RDKit::Atom& atom) {
  constexpr std::array kElements = {6, 7, 8, 16, 34, 52};
  return is_one_of(atom, kElements);
}

bool is_chalcogen(const RDKit::Atom& atom) {
  constexpr std::array kElements = {8, 16, 34, 52};
  return is_one_of(atom, kElements);
}

/// Negative oxygens at an atom, but for one.
int count_oxides(const RDKit::Atom& atom, const RDKit::Atom* but = nullptr) {
  int count = 0;
  for (const auto* neighbor : atom.getOwningMol().atomNeighbors(&atom)) {
    if (neighbor != but && neighbor->getAtomicNum() == kOxygen && is_negative(*neighbor)) ++count;
  }
  return count;
}

/// A positive nitrogen that has an oxide beside one of its neighbours.
bool has_oxide(const RDKit::Atom& atom, const RDKit::Atom* but = nullptr) {
  return is_positive_nitrogen(atom) && count_oxides(atom, but) > 0;
}

bool is_at_nitro(const RDKit::Atom& atom) {
  for (const auto* neighbor : atom.getOwningMol().atomNeighbors(&atom)) {
    if (has_oxide(*neighbor, &atom)) return true;
  }
  return false;
}

bool has_triple_bond(const RDKit::Atom& atom) {
  for (const auto* bond : atom.getOwningMol().atomBonds(&atom)) {
    if (bond->getBondType() == RDKit::Bond::TRIPLE) return true;
  }
  return false;
}

/// An atom whose charge can go elsewhere: an anion, or the nitrogen of N-[O-].
bool gives(const RDKit::Atom& atom) {
  if (atom.getFormalCharge() == -1) return shares_charges(atom);
  return atom.getAtomicNum() == kNitrogen && has_lone_pair(atom) && count_oxides(atom) == 1;
}

/// An atom at a double bond that can take a charge; of N-oxides the nitrogen.
bool takes(const RDKit::Atom& atom) {
  if (has_triple_bond(atom) || count_multiple_bonds(atom) == 0) return false;
  if (is_neutral(atom)) return shares_charges(atom);
  return atom.getAtomicNum() == kNitrogen && is_conjugated_cation(atom) && count_oxides(atom) == 1;
}

/// Whether a charge can go over an atom. A nitro group keeps one of its charges, an N-oxide its
/// only one.
bool lets_pass(const RDKit::Atom& atom, const RDKit::Atom& start) {
  return !has_triple_bond(atom) && (is_neutral(atom) || has_oxide(atom, &start));
}

/// The oxygens of an acid group: which of them has the charge changes nothing.
bool are_twins(const RDKit::Atom& one, const RDKit::Atom& other) {
  if (one.getAtomicNum() != other.getAtomicNum() || one.getDegree() != 1 || other.getDegree() != 1)
    return false;
  return one.getIsotope() == other.getIsotope() && one.getTotalNumHs() == other.getTotalNumHs() &&
         *one.getOwningMol().atomNeighbors(&one).begin() ==
             *other.getOwningMol().atomNeighbors(&other).begin();
}

/// Whether a charge may go from one atom to another. Carbon has it where it is drawn (ketones and
/// enols are two acids), unless it is beside a positive nitrogen (nitro compounds, ylides) or
/// shares with an oxygen of N, P or S.
bool may_share(const RDKit::Atom& one, const RDKit::Atom& other) {
  if (are_twins(one, other)) return false;
  if (!is_carbon(one) && !is_carbon(other)) return true;
  if (is_carbon(one) && is_carbon(other)) return false;
  const auto& carbon = is_carbon(one) ? one : other;
  const auto& partner = is_carbon(one) ? other : one;
  if (is_chalcogen(partner) && !has_neighbor(partner, is_carbon)) return true;
  return has_neighbor(carbon, is_positive_nitrogen);
}

/// Whether a charge may have somewhere to go; most anions are carboxylates and sulphonates.
bool has_movable_charge(const RDKit::RWMol& mol) {
  for (const auto* atom : mol.atoms()) {
    if (!gives(*atom)) continue;
    for (const auto* middle : mol.atomNeighbors(atom)) {
      if (!lets_pass(*middle, *atom)) continue;
      for (const auto* bond : mol.atomBonds(middle)) {
        const auto* end = bond->getOtherAtom(middle);
        const bool away = end != atom && bond->getBondTypeAsDouble() > 1;
        if (away && !are_twins(*atom, *end)) return true;
      }
    }
  }
  return false;
}

/// All ways that one move leads to.
std::vector<MolPtr> anions_moved_once(const RDKit::RWMol& mol) {
  const RDKit::RWMol kekule = kekulised(mol);
  PathFinder finder(kekule, ranks_of(mol));
  std::vector<MolPtr> forms;
  for (const auto* start : finder.atoms()) {
    if (!gives(*start)) continue;
    const auto passes = [&](const RDKit::Atom& atom) { return lets_pass(atom, *start); };
    for (const auto* end : finder.atoms()) {
      if (end == start || !takes(*end) || !may_share(*start, *end)) continue;
      const auto ends = [&](const RDKit::Atom& atom) { return &atom == end; };
      const auto path = finder.find(*start, LastBond::multiple, ends, passes);
      if (!path) continue;
      RDKit::RWMol moved(kekule);
      move_electrons(moved, *path);
      if (auto form = sanitised(moved)) forms.push_back(std::move(form));
    }
  }
  return forms;
}

/// Whether an atom is bound to C=O, C=S, S=O, P=O or the like.
bool is_acylated(const RDKit::Atom& atom) {
  const auto& mol = atom.getOwningMol();
  for (const auto* neighbor : mol.atomNeighbors(&atom)) {
    if (neighbor->getAtomicNum() == kNitrogen) continue;
    for (const auto* bond : mol.atomBonds(neighbor)) {
      const bool is_double = bond->getBondType() == RDKit::Bond::DOUBLE;
      if (is_double && is_chalcogen(*bond->getOtherAtom(neighbor))) return true;
    }
  }
  return false;
}

/// Whether an atom is bound to C=C, P=C or S=C, aromatic ones apart.
bool is_enolate(const RDKit::Atom& atom) {
  const auto& mol = atom.getOwningMol();
  for (const auto* neighbor : mol.atomNeighbors(&atom)) {
    for (const auto* bond : mol.atomBonds(neighbor)) {
      const bool is_double = bond->getBondType() == RDKit::Bond::DOUBLE;
      const bool oximate = neighbor->getAtomicNum() == kNitrogen;
      if (is_double && !oximate && is_carbon(*bond->getOtherAtom(neighbor))) return true;
    }
  }
  return false;
}

/// How little a chemist means an acid with its proton at this atom.
int reluctance(const RDKit::Atom& atom) {
  enum { acylated, plain, beside_nitro, carbon, enolate, ylide, nitronate };
  const bool at_nitro = is_at_nitro(atom);
  if (is_carbon(atom)) return !at_nitro && has_neighbor(atom, is_positive) ? ylide : carbon;
  if (atom.getAtomicNum() == kNitrogen)
    return is_acylated(atom) ? acylated : at_nitro ? beside_nitro : plain;
  return at_nitro ? nitronate : is_enolate(atom) ? enolate : plain;
}

/// Nitrogen first, then acids with C=O rather than C=S, and P=S rather than P=O.
int place_of_element(const RDKit::Atom& atom) {
  if (atom.getAtomicNum() == kNitrogen) return 0;
  const auto is_phosphorus = [](const RDKit::Atom& neighbor) {
    return neighbor.getAtomicNum() == 15;
  };
  if (atom.getAtomicNum() == kOxygen) return 2;
  return has_neighbor(atom, is_phosphorus) ? 3 : 1;
}

/// The negative oxygen of a nitro group or an N-oxide, which stays where it is.
bool is_bound_oxide(const RDKit::Atom& atom) {
  for (const auto* neighbor : atom.getOwningMol().atomNeighbors(&atom)) {
    const bool bound = is_positive_nitrogen(*neighbor) && !has_oxide(*neighbor, &atom);
    if (bound && atom.getAtomicNum() == kOxygen) return true;
  }
  return false;
}

FormKey anion_key(const RDKit::RWMol& mol) {
  const auto& rings = *mol.getRingInfo();
  int aromatic = 0, charges = 0, reluctant = 0, outside = 0, elements = 0;
  for (const auto* bond : mol.bonds()) {
    if (bond->getIsAromatic()) ++aromatic;
    const bool at_ring = rings.numAtomRings(bond->getBeginAtomIdx()) > 0 ||
                         rings.numAtomRings(bond->getEndAtomIdx()) > 0;
    const bool out = at_ring && rings.numBondRings(bond->getIdx()) == 0;
    if (out && bond->getBondType() == RDKit::Bond::DOUBLE) ++outside;
  }
  for (const auto* atom : mol.atoms()) {
    if (!is_neutral(*atom)) ++charges;
    if (!is_negative(*atom) || is_bound_oxide(*atom)) continue;
    reluctant += reluctance(*atom);
    elements += place_of_element(*atom);
  }
  return {{-aromatic, charges, reluctant, outside, elements}, write_smiles(mol)};
}

/// A charge that a proton finds only where nobody would draw it: that of a nitronate, of carbon or
/// nitrogen beside a nitro group, of [O-]P=C and [O-]S=C.
bool has_hidden_acid(const RDKit::RWMol& mol) {
  for (const auto* atom : mol.atoms()) {
    if (atom->getFormalCharge() != -1 || is_bound_oxide(*atom)) continue;
    if (is_at_nitro(*atom)) return true;
    if (is_chalcogen(*atom) && !has_neighbor(*atom, is_carbon) && is_enolate(*atom)) return true;
  }
  return false;
}

/// What InChI tells structures apart by.
std::optional<std::string> connectivity(const RDKit::ROMol& mol) {
  auto key = inchikey(mol);
  if (key) key->resize(kInchikeyBlock);
  return key;
}

}  // namespace

MolPtr neutral_anion(MolPtr mol) {
  mol = with_nitriles(std::move(mol));
  if (!has_movable_charge(*mol)) return neutral_form(std::move(mol));
  // The fragment of a mixture does not know its rings.
  if (!mol->getRingInfo()->isInitialized()) RDKit::MolOps::fastFindRings(*mol);
  const bool any = has_hidden_acid(*mol);
  auto drawn = neutral_form(std::make_unique<RDKit::RWMol>(*mol));
  const auto spelling = write_smiles(*drawn);
  const auto structure = any ? std::nullopt : connectivity(*drawn);
  for (auto& form : forms_of(std::move(mol), anion_key, anions_moved_once)) {
    auto acid = neutral_form(std::move(form.mol));
    if (any || write_smiles(*acid) == spelling || connectivity(*acid) == structure) return acid;
  }
  return drawn;
}

}  // namespace specbridge
