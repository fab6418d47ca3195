#include "chem/parsing.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <RDGeneral/RDLog.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/characters.h"
#include "base/text.h"
#include "chem/standard/salts.h"
#include "chem/text/cx_extension.h"
#include "chem/text/inchi_layers.h"
#include "chem/text/inchi_structure.h"

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

Rejection reject(std::string reason, std::string_view smiles, std::string_view problem) {
  return {std::move(reason), fmt::format("\"{}\" {}", one_line(smiles, kQuoted), problem)};
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

using Graph = std::variant<MolPtr, Rejection>;

/// The graph as it is written.
Graph read_smiles(std::string_view smiles) {
  if (smiles.empty()) return Rejection{"empty", "the SMILES is empty"};
  if (smiles.size() > kMaxSmilesLength) {
    return reject(
        "too_large", smiles,
        fmt::format("has {} characters; the limit is {}", smiles.size(), kMaxSmilesLength));
  }
  if (!is_printable_word(smiles) || has_oversized_number(smiles)) {
    return reject("not_smiles", smiles, "is not a SMILES");
  }
  auto mol = read_graph(smiles);
  if (mol == nullptr || mol->getNumAtoms() == 0) {
    return reject("not_smiles", smiles, "is not a SMILES");
  }
  if (has_wildcard(*mol)) {
    return reject("wildcard", smiles, "has a wildcard; expected a fully defined structure");
  }
  return mol;
}

Graph read_extended_smiles(std::string_view text) {
  const auto [smiles, extension] = split_extension(text);
  auto graph = read_smiles(smiles);
  if (!extension || std::holds_alternative<Rejection>(graph)) return graph;
  if (auto rejection = apply_extension(*extension, *std::get<MolPtr>(graph))) {
    return reject(rejection->reason, text, rejection->message);
  }
  return graph;
}

/// The steps of RDKit's own reader after the grammar, less the perception of stereo.
void sanitize(RDKit::RWMol& mol) {
  for (auto* atom : mol.atoms()) atom->setAtomMapNum(0);
  clear_stereo(mol);
  RDKit::MolOps::removeHs(mol, false, false, true);
}

/// Makes of what `read` gives for a text the graph that others see.
Graph finished(std::string_view text, SaltBonds bonds, Graph (*read)(std::string_view)) {
  try {
    auto graph = read(text);
    if (std::holds_alternative<Rejection>(graph)) return graph;
    auto& mol = *std::get<MolPtr>(graph);
    if (bonds == SaltBonds::cut) cut_salt_bonds(mol);
    sanitize(mol);
    return graph;
  } catch (const std::exception& error) {
    return reject("bad_structure", text, fmt::format("is no valid structure: {}", what_of(error)));
  }
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

bool looks_like_structure(std::string_view text) {
  if (is_inchi(text)) return is_printable_word(text);
  const auto smiles = split_extension(text).smiles;
  if (smiles.empty() || smiles.size() > kMaxSmilesLength || !is_printable_word(smiles))
    return false;
  try {
    const auto mol = read_graph(smiles);
    return mol != nullptr && mol->getNumAtoms() > 0;
  } catch (const std::exception&) {
    return false;
  }
}

std::variant<MolPtr, Rejection> parse_smiles(std::string_view smiles) {
  return finished(smiles, SaltBonds::kept, read_smiles);
}

std::variant<MolPtr, Rejection> parse_structure(std::string_view text, SaltBonds bonds) {
  return finished(text, bonds, is_inchi(text) ? read_inchi : read_extended_smiles);
}

std::string write_smiles(const RDKit::ROMol& mol) {
  return RDKit::MolToSmiles(mol);
}

}  // namespace specbridge
