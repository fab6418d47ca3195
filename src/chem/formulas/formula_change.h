#pragma once

#include <string>
#include <string_view>

namespace specbridge {

/// The simplest change of a formula that has a mass: what is gained with a plus in front, then what
/// is lost, "+CH2", "-H2O", "+O-H2". Simplest is the one with the fewest atoms, of these the
/// nearest in mass. At most 8 C, 3 N, 5 O and 20 H change; one S or P with O and H alone, one
/// halogen with H alone; where heavy atoms are both gained and lost, at most four. No more is lost
/// than the formula has. Empty: there is none, or the mass is 0 within the width.
/// @param formula in Hill order @param mass of the change, Da @param width it may be off by, Da
std::string formula_change(std::string_view formula, double mass, double width);

}  // namespace specbridge
