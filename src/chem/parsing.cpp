#include "chem/parsing.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <RDGeneral/RDLog.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/characters.h"
#include "base/text.h"

namespace specbridge {
namespace {

constexpr std::size_t kQuoted = 120;  // how much of a SMILES a message repeats

/// RDKit writes to the process's stderr; what it has to say comes back as a Rejection instead.
void silence_rdkit() {
  static const bool kSilent = [] {
    boost::logging::disable_logs("rdApp.*");
    return true;
  }();
  static_cast<void>(kSilent);
}

Rejection reject(const char* reason, std::string_view smiles, std::string_view problem) {
  return {reason, fmt::format("\"{}\" {}", one_line(smiles, kQuoted), problem)};
}

MolPtr read_graph(std::string_view smiles) {
  silence_rdkit();
  RDKit::SmilesParserParams params;
  params.sanitize = false;
  params.removeHs = false;
  params.allowCXSMILES = false;
  params.parseName = false;
  return MolPtr(RDKit::SmilesToMol(std::string(smiles), params));
}

bool is_printable_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

/// Whether a number inside brackets is too long for the small integers in which RDKit would wrap it
/// around: three digits for isotopes and atomic numbers, two for hydrogens and charges.
bool has_oversized_number(std::string_view smiles) {
  for (auto open = smiles.find('['); open != std::string_view::npos;
       open = smiles.find('[', open + 1)) {
    std::size_t digits = 0, allowed = 3;
    for (std::size_t i = open + 1; i < smiles.size() && smiles[i] != ']' && smiles[i] != ':'; ++i) {
      digits = is_digit(smiles[i]) ? digits + 1 : 0;
      if (digits > allowed) return true;
      if (digits == 0) allowed = smiles[i] == '#' ? 3 : 2;
    }
  }
  return false;
}

bool has_wildcard(const RDKit::ROMol& mol) {
  for (const auto* atom : mol.atoms()) {
    if (atom->getAtomicNum() == 0 || atom->hasQuery()) return true;
  }
  for (const auto* bond : mol.bonds()) {
    if (bond->hasQuery()) return true;
  }
  return false;
}

/// The steps of RDKit's own reader after the grammar, less the perception of stereo.
void sanitize(RDKit::RWMol& mol) {
  for (auto* atom : mol.atoms()) atom->setAtomMapNum(0);
  clear_stereo(mol);
  RDKit::MolOps::removeHs(mol, false, false, true);
}

}  // namespace

std::string what_of(const std::exception& error) {
  return one_line(trim(error.what()), 200);
}

void clear_stereo(RDKit::RWMol& mol) {
  for (auto* atom : mol.atoms()) atom->setChiralTag(RDKit::Atom::CHI_UNSPECIFIED);
  for (auto* bond : mol.bonds()) {
    bond->setBondDir(RDKit::Bond::NONE);
    bond->setStereo(RDKit::Bond::STEREONONE);
    bond->getStereoAtoms().clear();
  }
  mol.setStereoGroups({});
  // Tells the writer not to look for stereo again.
  mol.setProp(RDKit::common_properties::_StereochemDone, 1, true);
}

bool looks_like_smiles(std::string_view text) {
  if (text.empty() || text.size() > kMaxSmilesLength || !is_printable_word(text)) return false;
  try {
    const auto mol = read_graph(text);
    return mol != nullptr && mol->getNumAtoms() > 0;
  } catch (const std::exception&) {
    return false;
  }
}

std::variant<MolPtr, Rejection> parse_smiles(std::string_view smiles) {
  if (smiles.empty()) return Rejection{"empty", "the SMILES is empty"};
  if (smiles.size() > kMaxSmilesLength) {
    return reject(
        "too_large", smiles,
        fmt::format("has {} characters; the limit is {}", smiles.size(), kMaxSmilesLength));
  }
  if (!is_printable_word(smiles) || has_oversized_number(smiles)) {
    return reject("not_smiles", smiles, "is not a SMILES");
  }
  try {
    auto mol = read_graph(smiles);
    if (mol == nullptr || mol->getNumAtoms() == 0) {
      return reject("not_smiles", smiles, "is not a SMILES");
    }
    if (has_wildcard(*mol)) {
      return reject("wildcard", smiles, "has a wildcard; expected a fully defined structure");
    }
    sanitize(*mol);
    return mol;
  } catch (const std::exception& error) {
    return reject("bad_structure", smiles,
                  fmt::format("is no valid structure: {}", what_of(error)));
  }
}

std::string write_smiles(const RDKit::ROMol& mol) {
  return RDKit::MolToSmiles(mol);
}

}  // namespace specbridge
