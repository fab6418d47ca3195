// Texts of structures under hostile bytes: what is taken has one form that is kept when it is read
// again.

#include <cmath>
#include <variant>

#include "chem/graphs/molecule_graph.h"
#include "chem/molecule.h"
#include "fuzz/memory_file.h"

namespace specbridge {
namespace {

using fuzz::require;

void judge(const Molecule& molecule) {
  require(!molecule.smiles().empty() && !molecule.formula().empty(), "a molecule has its texts");
  require(molecule.inchikey14().size() == 14, "the first block of an InChIKey has 14 letters");
  require(std::isfinite(molecule.exact_mass()) && molecule.exact_mass() > 0, "a molecule weighs");
  const auto again = standardize(molecule.smiles());
  require(std::holds_alternative<Molecule>(again), "the standard form can be read");
  require(std::get<Molecule>(again).smiles() == molecule.smiles(), "the standard form is kept");
  require(std::get<Molecule>(again).inchikey14() == molecule.inchikey14(), "so is its InChIKey");
}

void judge(const Rejection& rejection) {
  require(!rejection.reason.empty() && !rejection.message.empty(), "a refusal says why");
  require(rejection.message.find('\n') == std::string::npos, "a refusal is one line");
}

void judge(const MoleculeGraph& graph) {
  for (const auto& bond : graph.bonds) {
    require(bond.first < bond.second && bond.second < graph.elements.size(), "bonds join atoms");
  }
}

}  // namespace
}  // namespace specbridge

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = specbridge::fuzz::text_of(data, size);
  const auto judge = [](const auto& result) { specbridge::judge(result); };
  std::visit(judge, specbridge::standardize(text));
  std::visit(judge, specbridge::read_molecule_graph(text));
  return 0;
}
