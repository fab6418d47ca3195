#pragma once

#include <string_view>

namespace specbridge {

/// What a library or a pool holds about one molecule. The texts live as long as what holds them.
struct MoleculeText {
  std::string_view id, smiles, inchikey14, formula;
  double exact_mass = 0;  ///< monoisotopic, Da
  int charge = 0;
};

}  // namespace specbridge
