#include "chem/molecule.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <RDGeneral/versions.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "chem/formulas/composition.h"
#include "chem/inchi.h"
#include "chem/parsing.h"
#include "chem/standard/anions.h"
#include "chem/standard/cations.h"
#include "chem/standard/charges.h"
#include "chem/standard/fragment.h"
#include "chem/standard/salts.h"

namespace specbridge {
namespace {

constexpr std::size_t kMaxReadings = 12;

bool is_charged(const RDKit::ROMol& mol) {
  for (const auto* atom : mol.atoms()) {
    if (atom->getFormalCharge() != 0) return true;
  }
  return false;
}

/// The one way to write a fragment.
MolPtr standard_form(MolPtr mol) {
  if (!is_charged(*mol)) return mol;
  return settled_cation(neutral_anion(joined_charges(std::move(mol))));
}

/// A graph and the SMILES that was read to get it, or the one it is written as.
struct Reading {
  MolPtr mol;
  std::string smiles;
};

std::variant<Reading, Rejection> read_once(std::string_view smiles) {
  auto parsed = parse_structure(smiles, SaltBonds::cut);
  if (auto* rejection = std::get_if<Rejection>(&parsed)) return std::move(*rejection);
  auto& whole = std::get<MolPtr>(parsed);
  if (const auto problem = complex_problem(*whole)) {
    return Rejection{"complex", fmt::format("\"{}\" {}", one_line(smiles, 120), *problem)};
  }
  auto mol = largest_fragment(std::move(whole), standard_form);
  if (mol->getNumHeavyAtoms() > kMaxHeavyAtoms) {
    return Rejection{"too_large", fmt::format("the structure has {} heavy atoms; the limit is {}",
                                              mol->getNumHeavyAtoms(), kMaxHeavyAtoms)};
  }
  std::string written = write_smiles(*mol);
  return Reading{std::move(mol), std::move(written)};
}

/// Reads and writes until the SMILES stays the same. RDKit's canonical form is not always a fixed
/// point; where it runs in a circle, the smallest member of the circle is the spelling.
std::variant<Reading, Rejection> settle(std::string_view smiles) {
  std::vector<std::string> seen{std::string(smiles)};
  while (seen.size() <= kMaxReadings) {
    auto result = read_once(seen.back());
    auto* reading = std::get_if<Reading>(&result);
    if (reading == nullptr) return result;
    const auto earlier = std::find(seen.begin(), seen.end(), reading->smiles);
    if (earlier == seen.end()) {
      seen.push_back(std::move(reading->smiles));
      continue;
    }
    const auto smallest = std::min_element(earlier, seen.end());
    if (*smallest == reading->smiles) return result;
    // The graph of the chosen spelling is the one read from its predecessor in the circle.
    const auto before = smallest == earlier ? std::prev(seen.end()) : std::prev(smallest);
    return read_once(*before);
  }
  return Rejection{"bad_structure",
                   fmt::format("\"{}\" has no stable canonical form", one_line(smiles, 120))};
}

std::variant<Molecule, Rejection> describe(const Reading& reading) {
  auto key = inchikey(*reading.mol);
  if (!key) {
    return Rejection{"no_inchikey",
                     fmt::format("\"{}\" has no InChIKey", one_line(reading.smiles, 120))};
  }
  return Molecule::trusted(reading.smiles, std::move(*key), formula_of(*reading.mol),
                           exact_mass(*reading.mol), RDKit::MolOps::getFormalCharge(*reading.mol));
}

}  // namespace

void Molecule::state_inchikey(std::string_view stated) {
  constexpr std::string_view kPrefix = "InChIKey=";
  if (stated.starts_with(kPrefix)) stated.remove_prefix(kPrefix.size());
  if (is_inchikey(stated) && stated.starts_with(inchikey14_)) inchikey_ = stated;
}

Molecule Molecule::trusted(std::string smiles, std::string inchikey, std::string formula,
                           double exact_mass, int charge) {
  Molecule molecule;
  molecule.smiles_ = std::move(smiles);
  molecule.inchikey14_ = inchikey.substr(0, kInchikeyBlock);
  molecule.inchikey_ = std::move(inchikey);
  molecule.formula_ = std::move(formula);
  molecule.exact_mass_ = exact_mass;
  molecule.charge_ = charge;
  return molecule;
}

std::variant<Molecule, Rejection> standardize(std::string_view text) {
  text = trim(text);
  try {
    auto settled = settle(text);
    if (auto* rejection = std::get_if<Rejection>(&settled)) return std::move(*rejection);
    return describe(std::get<Reading>(settled));
  } catch (const std::exception& error) {
    return Rejection{"bad_structure", fmt::format("\"{}\" is no valid structure: {}",
                                                  one_line(text, 120), what_of(error))};
  }
}

std::string chemistry_version() {
  return fmt::format("RDKit {}", RDKit::rdkitVersion);
}

}  // namespace specbridge
