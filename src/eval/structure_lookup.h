#pragma once

#include <string>
#include <string_view>

namespace specbridge {

/// What a SMILES of a table stands for.
struct StructureName {
  /// For text that is no molecule: "?" and the text, which equals no truth.
  std::string inchikey14;
  std::string smiles;  ///< standardised; for text that is no molecule: the text
  bool readable = true;
};

/// Whether a SMILES may be of a salt, drawn as ions or with a bond to the metal: its InChIKey, as
/// other programs state it, is not that of the molecule in it.
bool may_be_salt(std::string_view smiles);

/// Standardises a SMILES of any spelling.
StructureName name_structure(std::string_view smiles);

}  // namespace specbridge
