#pragma once

#include <string>
#include <string_view>

namespace specbridge {

/// The simplest change of a formula that has a mass: what is gained with a plus in front, then what
/// is lost, "+CH2", "-H2O", "+O-H2". Simplest is the one with the fewest atoms, of these the
/// nearest in mass. At most 8 C, 3 N, 5 O and one of S, P, F, Cl, Br change, and no more is lost
/// than the formula has; empty: there is none.
/// @param formula in Hill order @param mass of the change, Da @param width it may be off by, Da
std::string formula_change(std::string_view formula, double mass, double width);

}  // namespace specbridge
