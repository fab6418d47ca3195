#pragma once

#include <memory>
#include <string_view>
#include <vector>

namespace specbridge {

/// What a library or a pool holds about one molecule. The texts live as long as what holds them, or
/// as this object and its copies where they have a keeper.
struct MoleculeText {
  std::string_view id, smiles, inchikey14, formula;
  double exact_mass = 0;  ///< monoisotopic, Da
  int charge = 0;
  std::string_view inchikey = {};              ///< the whole key; see docs/formats.md
  std::string_view name = {};                  ///< of the compound; empty: not known
  std::vector<std::string_view> further = {};  ///< of the columns that `index --keep` kept
  std::shared_ptr<const void> keeper = {};     ///< what the texts lie in, where that may go
};

}  // namespace specbridge
