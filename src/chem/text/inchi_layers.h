#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "chem/molecule.h"

namespace specbridge {

/// Whether a text is an InChI by its beginning, well formed or not.
bool is_inchi(std::string_view text);

/// The layers of an InChI that make a molecule: formula, connections, hydrogens, charge, protons
/// and isotopes, as a standard InChI; without stereo, fixed hydrogens and reconnected metals. What
/// comes back is well formed: its numbers name atoms of the formula and its parentheses close,
/// which the InChI library relies on. Else a reason: "not_inchi", "too_large".
std::variant<std::string, Rejection> molecular_layers(std::string_view inchi);

}  // namespace specbridge
