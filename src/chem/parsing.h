#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "chem/molecule.h"

namespace RDKit {
class ROMol;
class RWMol;
}  // namespace RDKit

namespace specbridge {

using MolPtr = std::unique_ptr<RDKit::RWMol>;

/// Reads a SMILES into a sanitised graph without stereo, atom maps and explicit hydrogens.
std::variant<MolPtr, Rejection> parse_smiles(std::string_view smiles);

/// Whether bonds that a salt is drawn with are read as bonds or as ions side by side.
enum class SaltBonds { kept, cut };

/// The same of all texts that stand for structures: SMILES, SMILES with a ChemAxon extension
/// ("C1CC=CC1 |c:2|"), InChI.
std::variant<MolPtr, Rejection> parse_structure(std::string_view text, SaltBonds bonds);

/// Whether a text can be read as a structure of at least one atom, sensible or not; an InChI is
/// told by its beginning.
bool looks_like_structure(std::string_view text);

/// Removes what stereo there is, so that nothing of it reaches the SMILES.
void clear_stereo(RDKit::RWMol& mol);

/// The canonical SMILES of a graph whose stereo has been cleared.
std::string write_smiles(const RDKit::ROMol& mol);

/// One line of what an exception of RDKit says.
std::string what_of(const std::exception& error);

}  // namespace specbridge
