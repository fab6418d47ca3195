#pragma once

#include <string>

namespace RDKit {
class ROMol;
}

namespace specbridge {

/// Monoisotopic mass in Da, labelled isotopes with their own masses. The sum runs over element
/// counts in a fixed order, so isomers have the same bits.
/// @throws std::invalid_argument for an isotope that does not exist
double exact_mass(const RDKit::ROMol& mol);

/// Formula in Hill order with the charge at the end ("C5H14NO+").
std::string formula_of(const RDKit::ROMol& mol);

}  // namespace specbridge
