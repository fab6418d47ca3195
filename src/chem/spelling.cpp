#include "chem/spelling.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <numeric>
#include <variant>
#include <vector>

#include "chem/parsing.h"

namespace specbridge {
namespace {

/// The graph with its stereo; nullptr for what parse_smiles() refuses.
MolPtr parse_whole(std::string_view smiles) {
  if (std::holds_alternative<Rejection>(parse_smiles(smiles))) return nullptr;
  RDKit::SmilesParserParams params;
  params.allowCXSMILES = false;
  params.parseName = false;
  return MolPtr(RDKit::SmilesToMol(std::string(smiles), params));
}

MolPtr with_random_order(const RDKit::ROMol& mol, Random& random) {
  std::vector<unsigned> order(mol.getNumAtoms());
  std::iota(order.begin(), order.end(), 0U);
  shuffle(std::span(order), random);
  const std::unique_ptr<RDKit::ROMol> renumbered(RDKit::MolOps::renumberAtoms(mol, order));
  return std::make_unique<RDKit::RWMol>(*renumbered);
}

}  // namespace

std::optional<std::string> canonical_spelling(std::string_view smiles) {
  try {
    const auto mol = parse_whole(smiles);
    return mol == nullptr ? std::nullopt : std::optional(RDKit::MolToSmiles(*mol));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::optional<std::string> random_spelling(std::string_view smiles, Random& random) {
  try {
    const auto mol = parse_whole(smiles);
    if (mol == nullptr || mol->getNumAtoms() == 0) return std::nullopt;
    const auto shuffled = with_random_order(*mol, random);
    const bool kekule = random.below(2) == 1;
    constexpr bool kIsomeric = true, kCanonical = false;
    constexpr int kAnyRoot = -1;
    return RDKit::MolToSmiles(*shuffled, kIsomeric, kekule, kAnyRoot, kCanonical);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace specbridge
