#include "eval/structure_lookup.h"

#include <algorithm>
#include <array>
#include <variant>

#include "chem/molecule.h"

namespace specbridge {

bool may_be_salt(std::string_view smiles) {
  constexpr std::array<std::string_view, 11> kMarks = {".",   "[Li", "[Na", "[K",  "[Rb", "[Cs",
                                                       "[Be", "[Mg", "[Ca", "[Sr", "[Ba"};
  return std::any_of(kMarks.begin(), kMarks.end(), [&](std::string_view mark) {
    return smiles.find(mark) != std::string_view::npos;
  });
}

StructureName name_structure(std::string_view smiles) {
  std::string text(smiles);
  const auto result = standardize(text);
  if (const auto* molecule = std::get_if<Molecule>(&result)) {
    return {molecule->inchikey14(), molecule->smiles(), true};
  }
  return {"?" + text, text, false};
}

}  // namespace specbridge
