#pragma once

#include <string>
#include <vector>

#include "chem/molecule.h"

namespace specbridge {

/// The structure as an SVG element of this size in pixels, for a page: no prolog, letters as text.
std::string draw_svg(const Molecule& molecule, int width, int height);
/// The same with some atoms, and the bonds between them, marked by a colour behind them.
/// @param marked positions of atoms in the molecule's StructureGraph
std::string draw_svg(const Molecule& molecule, int width, int height,
                     const std::vector<int>& marked);

}  // namespace specbridge
