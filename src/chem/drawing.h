#pragma once

#include <string>

#include "chem/molecule.h"

namespace specbridge {

/// The structure as an SVG element of this size in pixels, for a page: no prolog, letters as text.
std::string draw_svg(const Molecule& molecule, int width, int height);

}  // namespace specbridge
