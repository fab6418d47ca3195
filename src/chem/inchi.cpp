#include "chem/inchi.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>

#include <algorithm>
#include <array>
#include <vector>

#include "chem/inchi_library.h"

namespace specbridge {
namespace {

constexpr std::size_t kKeyLength = 27;
constexpr std::size_t kKeySpace = 64;  // 27 characters and the end; the library asks for 28
constexpr unsigned kMaxAtoms = 1023;

S_CHAR bond_type(RDKit::Bond::BondType type) {
  switch (type) {
    case RDKit::Bond::DOUBLE:
      return INCHI_BOND_TYPE_DOUBLE;
    case RDKit::Bond::TRIPLE:
      return INCHI_BOND_TYPE_TRIPLE;
    case RDKit::Bond::AROMATIC:
      return INCHI_BOND_TYPE_ALTERN;
    default:  // dative and higher orders, as RDKit's own adapter does
      return INCHI_BOND_TYPE_SINGLE;
  }
}

inchi_Atom to_inchi(const RDKit::Atom& atom) {
  inchi_Atom out{};
  const std::string& symbol = atom.getSymbol();
  std::copy_n(symbol.begin(), std::min<std::size_t>(symbol.size(), ATOM_EL_LEN - 1), out.elname);
  out.num_iso_H[0] = static_cast<S_CHAR>(atom.getTotalNumHs());
  out.charge = static_cast<S_CHAR>(atom.getFormalCharge());
  // One unpaired electron is a doublet (2), two are a triplet (3).
  const unsigned unpaired = std::min(atom.getNumRadicalElectrons(), 2U);
  out.radical = static_cast<S_CHAR>(unpaired == 0 ? 0 : unpaired + 1);
  return out;
}

/// The atom table of the InChI library; each bond stands with its first atom. Empty when an atom
/// has more neighbours than the table holds.
std::vector<inchi_Atom> atom_table(const RDKit::ROMol& mol) {
  std::vector<inchi_Atom> atoms;
  atoms.reserve(mol.getNumAtoms());
  for (const auto* atom : mol.atoms()) atoms.push_back(to_inchi(*atom));
  for (const auto* bond : mol.bonds()) {
    auto& atom = atoms[bond->getBeginAtomIdx()];
    if (atom.num_bonds >= MAXVAL) return {};
    atom.neighbor[atom.num_bonds] = static_cast<AT_NUM>(bond->getEndAtomIdx());
    atom.bond_type[atom.num_bonds] = bond_type(bond->getBondType());
    ++atom.num_bonds;
  }
  return atoms;
}

/// What a call gave out, given back to the copy of the library that made it.
struct InchiText {
  const InchiLibrary& library;
  inchi_Output output{};
  explicit InchiText(const InchiLibrary& maker) : library(maker) {}
  InchiText(const InchiText&) = delete;
  ~InchiText() { library->free_name(&output); }
};

std::optional<std::string> key_of_text(const InchiLibrary& library, const char* inchi) {
  std::array<char, kKeySpace> key{};
  if (library->key(inchi, key.data()) != INCHIKEY_OK) return {};
  return std::string(key.data(), kKeyLength);
}

std::optional<std::string> key_of(std::vector<inchi_Atom> atoms) {
  std::string options = "-SNon";
  inchi_Input input{};
  input.atom = atoms.data();
  input.num_atoms = static_cast<AT_NUM>(atoms.size());
  input.szOptions = options.data();
  const InchiLibrary library;
  InchiText text(library);
  const int status = library->name(&input, &text.output);
  if ((status != inchi_Ret_OKAY && status != inchi_Ret_WARNING) || text.output.szInChI == nullptr) {
    return {};
  }
  return key_of_text(library, text.output.szInChI);
}

}  // namespace

std::optional<std::string> inchikey_of(const std::string& inchi) {
  return key_of_text(InchiLibrary(), inchi.c_str());
}

bool is_inchikey(std::string_view text) {
  constexpr std::size_t kSecondDash = kKeyLength - 2;
  if (text.size() != kKeyLength) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == kInchikeyBlock || i == kSecondDash;
    if (dash ? text[i] != '-' : text[i] < 'A' || text[i] > 'Z') return false;
  }
  return true;
}

std::optional<std::string> inchikey(const RDKit::ROMol& mol) {
  if (mol.getNumAtoms() > kMaxAtoms) return {};
  RDKit::RWMol kekulised(mol);
  RDKit::MolOps::Kekulize(kekulised, false);
  auto atoms = atom_table(kekulised);
  return atoms.empty() ? std::nullopt : key_of(std::move(atoms));
}

std::string inchi_version() {
  return SPECBRIDGE_INCHI_VERSION;
}

}  // namespace specbridge
