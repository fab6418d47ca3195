#pragma once

#include <optional>
#include <string>

namespace RDKit {
class ROMol;
class RWMol;
}  // namespace RDKit

namespace specbridge {

/// Cuts the bonds of alkali and alkaline-earth metals to nitrogen, oxygen, sulphur, halogens and
/// other non-metals, as InChI, PubChem and ChEMBL do: CC(=O)O[Na] becomes CC(=O)[O-].[Na+]. A bond
/// to carbon is one of a salt where the carbon is acidic ([Na]C#N, [Na]CC(=O)OC). A metal with
/// another bond, to carbon, silicon, hydrogen or metal (C[Mg]Br), or with bonds to nitrogens of one
/// ligand (chlorophyll), is no part of a salt and keeps all of its bonds. The graph need not be
/// sanitised.
void cut_salt_bonds(RDKit::RWMol& mol);

/// Whether an element is a metal.
bool is_metal(int element);

/// Why a sanitised mixture cannot be reduced to one of its fragments: it is an organometallic
/// compound or a complex that is drawn in separate parts ([Fe+2] beside two cyclopentadienides,
/// carbanions beside lithium, ligands beside platinum or its chlorides, haem beside iron). Nothing
/// for salts.
std::optional<std::string> complex_problem(const RDKit::ROMol& mol);

}  // namespace specbridge
