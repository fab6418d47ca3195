#include "library/molecule_store.h"

namespace specbridge {

std::optional<std::size_t> row_with_smiles(const MoleculeStore& molecules, RowRange rows,
                                           std::string_view smiles) {
  while (rows.size() > 0) {
    const std::size_t middle = rows.first + rows.size() / 2;
    const MoleculeText found = molecules.text(middle);
    if (found.smiles == smiles) return middle;
    (found.smiles < smiles ? rows.first : rows.last) = found.smiles < smiles ? middle + 1 : middle;
  }
  return {};
}

}  // namespace specbridge
