#include "chem/text/inchi_structure.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/PeriodicTable.h>
#include <GraphMol/RingInfo.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "base/text.h"
#include "chem/elements.h"
#include "chem/inchi.h"
#include "chem/inchi_library.h"
#include "chem/text/inchi_layers.h"

namespace specbridge {
namespace {

Rejection refuse(std::string_view inchi, std::string_view problem) {
  return {"bad_structure", fmt::format("\"{}\" {}", one_line(inchi, 120), problem)};
}

/// What the library makes of an InChI, given back to the copy that made it.
struct InchiStructure {
  const InchiLibrary& library;
  inchi_OutputStruct output{};
  explicit InchiStructure(const InchiLibrary& maker) : library(maker) {}
  InchiStructure(const InchiStructure&) = delete;
  ~InchiStructure() { library->free_structure(&output); }
};

/// Mass number of an isotope; the library counts from the rounded average.
unsigned isotope_of(const inchi_Atom& atom, int element) {
  if (atom.isotopic_mass == 0) return 0;
  if (atom.isotopic_mass < ISOTOPIC_SHIFT_FLAG - ISOTOPIC_SHIFT_MAX) {
    return static_cast<unsigned>(atom.isotopic_mass);
  }
  const double average = RDKit::PeriodicTable::getTable()->getAtomicWeight(element);
  return static_cast<unsigned>(std::lround(average) + atom.isotopic_mass - ISOTOPIC_SHIFT_FLAG);
}

unsigned unpaired_electrons(S_CHAR radical) {
  if (radical == INCHI_RADICAL_DOUBLET) return 1;
  return radical == INCHI_RADICAL_NONE ? 0 : 2;
}

void add_hydrogens(RDKit::RWMol& mol, unsigned heavy, unsigned isotope, int count) {
  for (int i = 0; i < count; ++i) {
    auto* hydrogen = new RDKit::Atom(1);
    hydrogen->setIsotope(isotope);
    hydrogen->setNoImplicit(true);
    mol.addBond(heavy, mol.addAtom(hydrogen, false, true), RDKit::Bond::SINGLE);  // takes it over
  }
}

void add_atom(RDKit::RWMol& mol, const inchi_Atom& atom) {
  const std::string symbol = atom.elname;
  const int element = symbol == "D" || symbol == "T"
                          ? 1
                          : RDKit::PeriodicTable::getTable()->getAtomicNumber(symbol);
  auto* added = new RDKit::Atom(element);
  added->setIsotope(symbol == "D" ? 2 : symbol == "T" ? 3 : isotope_of(atom, element));
  added->setFormalCharge(atom.charge);
  added->setNumRadicalElectrons(unpaired_electrons(atom.radical));
  added->setNoImplicit(true);
  added->setNumExplicitHs(static_cast<unsigned>(std::max<int>(atom.num_iso_H[0], 0)));
  mol.addAtom(added, false, true);  // takes it over
}

RDKit::Bond::BondType kind_of_bond(S_CHAR type) {
  if (type == INCHI_BOND_TYPE_DOUBLE) return RDKit::Bond::DOUBLE;
  return type == INCHI_BOND_TYPE_TRIPLE ? RDKit::Bond::TRIPLE : RDKit::Bond::SINGLE;
}

MolPtr written_graph(const inchi_OutputStruct& structure) {
  auto mol = std::make_unique<RDKit::RWMol>();
  const auto atoms = static_cast<unsigned>(structure.num_atoms);
  for (unsigned i = 0; i < atoms; ++i) add_atom(*mol, structure.atom[i]);
  for (unsigned i = 0; i < atoms; ++i) {
    const inchi_Atom& atom = structure.atom[i];
    for (int j = 0; j < atom.num_bonds; ++j) {
      const auto other = static_cast<unsigned>(atom.neighbor[j]);
      const bool known = mol->getBondBetweenAtoms(i, other) != nullptr;
      if (!known) mol->addBond(i, other, kind_of_bond(atom.bond_type[j]));
    }
    for (const unsigned isotope : {1U, 2U, 3U}) {
      add_hydrogens(*mol, i, isotope, atom.num_iso_H[isotope]);
    }
  }
  return mol;
}

/// The double bond of a nitrogen that a pair of charges stands for: to an electronegative atom
/// rather than to carbon, out of a ring rather than in it.
RDKit::Bond* bond_of_charges(const RDKit::RWMol& mol, const RDKit::Atom& nitrogen) {
  RDKit::Bond* best = nullptr;
  int best_grade = 0;
  for (auto* bond : mol.atomBonds(&nitrogen)) {
    if (bond->getBondType() != RDKit::Bond::DOUBLE) continue;
    const bool outside = mol.getRingInfo()->numBondRings(bond->getIdx()) == 0;
    const int grade =
        1 + (outside ? 1 : 0) + (bond->getOtherAtom(&nitrogen)->getAtomicNum() > 6 ? 2 : 0);
    if (grade <= best_grade) continue;
    best = bond;
    best_grade = grade;
  }
  return best;
}

/// The library writes five bonds around a nitrogen where there is a pair of charges. RDKit puts
/// some right; here the others.
void separate_charges(RDKit::RWMol& mol) {
  constexpr int kBonds = 5;
  RDKit::MolOps::fastFindRings(mol);
  for (auto* atom : mol.atoms()) {
    if (atom->getAtomicNum() != kNitrogen || atom->getFormalCharge() != 0) continue;
    double order = atom->getNumExplicitHs();
    for (const auto* bond : mol.atomBonds(atom)) order += bond->getBondTypeAsDouble();
    auto* bond = order == kBonds ? bond_of_charges(mol, *atom) : nullptr;
    if (bond == nullptr) continue;
    auto* other = bond->getOtherAtom(atom);
    atom->setFormalCharge(1);
    other->setFormalCharge(other->getFormalCharge() - 1);
    bond->setBondType(RDKit::Bond::SINGLE);
  }
}

/// The nitrogen at a double bond of an imidic acid's carbon; nullptr for other hydroxyls.
RDKit::Bond* imidic_bond(const RDKit::RWMol& mol, const RDKit::Atom& hydroxyl) {
  const int element = hydroxyl.getAtomicNum();
  const bool has_proton = hydroxyl.getDegree() == 1 && hydroxyl.getTotalNumHs() == 1;
  if ((element != kOxygen && element != kSulphur) || !has_proton) return nullptr;
  const auto* carbon = *mol.atomNeighbors(&hydroxyl).begin();
  if (carbon->getAtomicNum() != kCarbon || carbon->getIsAromatic()) return nullptr;
  for (auto* bond : mol.atomBonds(carbon)) {
    const auto* other = bond->getOtherAtom(carbon);
    const bool imine = other->getAtomicNum() == kNitrogen && other->getFormalCharge() == 0;
    if (imine && bond->getBondType() == RDKit::Bond::DOUBLE) return bond;
  }
  return nullptr;
}

/// An InChI leaves open which atoms of a group have its mobile hydrogens. The library writes imidic
/// acids, N=CO; chemists write amides, NC=O.
void write_amides(RDKit::RWMol& mol) {
  for (auto* hydroxyl : mol.atoms()) {
    auto* bond = imidic_bond(mol, *hydroxyl);
    if (bond == nullptr) continue;
    auto* carbon = *mol.atomNeighbors(hydroxyl).begin();
    auto* nitrogen = bond->getOtherAtom(carbon);
    bond->setBondType(RDKit::Bond::SINGLE);
    mol.getBondBetweenAtoms(carbon->getIdx(), hydroxyl->getIdx())->setBondType(RDKit::Bond::DOUBLE);
    hydroxyl->setNumExplicitHs(0);
    nitrogen->setNumExplicitHs(nitrogen->getTotalNumHs() + 1);
  }
}

}  // namespace

std::variant<MolPtr, Rejection> read_inchi(std::string_view inchi) {
  auto layers = molecular_layers(inchi);
  if (auto* rejection = std::get_if<Rejection>(&layers)) return std::move(*rejection);
  auto& text = std::get<std::string>(layers);
  MolPtr mol;
  {
    std::string options, copy = text;
    inchi_InputINCHI input{copy.data(), options.data()};
    const InchiLibrary library;
    InchiStructure structure(library);
    const int status = library->structure(&input, &structure.output);
    if (status != inchi_Ret_OKAY && status != inchi_Ret_WARNING) {
      return refuse(inchi, "is an InChI without a structure");
    }
    mol = written_graph(structure.output);
  }
  separate_charges(*mol);
  RDKit::MolOps::sanitizeMol(*mol);
  write_amides(*mol);
  RDKit::MolOps::sanitizeMol(*mol);
  const auto made = inchikey(*mol), stated = inchikey_of(text);
  if (!made || !stated || made->substr(0, kInchikeyBlock) != stated->substr(0, kInchikeyBlock)) {
    return refuse(inchi, "cannot be read: the structure made of it has another InChIKey");
  }
  return mol;
}

}  // namespace specbridge
