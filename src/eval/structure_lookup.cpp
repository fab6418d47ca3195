#include "eval/structure_lookup.h"

#include <variant>

#include "chem/molecule.h"

namespace specbridge {

StructureName name_structure(std::string_view smiles) {
  std::string text(smiles);
  const auto result = standardize(text);
  if (const auto* molecule = std::get_if<Molecule>(&result)) {
    return {molecule->inchikey14(), molecule->smiles(), true};
  }
  return {"?" + text, text, false};
}

}  // namespace specbridge
