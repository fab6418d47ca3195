#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chem/molecule.h"

namespace RDKit {
class RWMol;
}

namespace specbridge {

/// A structure at the head of a text and what follows it.
struct LeadingStructure {
  std::string_view structure;  ///< the first word and the extension behind it, if there is one
  std::string_view rest;       ///< without blanks around it
};
/// "CCO |c:1| ethanol" is "CCO |c:1|" and "ethanol".
LeadingStructure leading_structure(std::string_view text);

/// Whether a text is a ChemAxon extension and nothing else: "|c:8|".
bool is_extension(std::string_view text);

/// A SMILES and its ChemAxon extension without the bars; both views into the text.
struct ExtendedSmiles {
  std::string_view smiles;
  std::optional<std::string_view> extension;
};
/// Nothing of a text is lost: what is no extension stays with the SMILES.
ExtendedSmiles split_extension(std::string_view text);

/// Applies what an extension says beyond the SMILES to the graph, atoms in the order of the SMILES.
/// Radicals count; coordinates, stereo, labels and the like change nothing here. What makes the
/// structure another one or leaves it open (coordinate bonds, positions, repeats, queries), and
/// what is not known, is a reason to refuse.
std::optional<Rejection> apply_extension(std::string_view extension, RDKit::RWMol& mol);

}  // namespace specbridge
