#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "specbridge/adduct.h"

namespace specbridge {

/// Metal ions that stay at a fragment.
struct KeptMetals {
  double mass = 0;         ///< Da, of neutral atoms
  int charge = 0;          ///< that they bring along as ions
  unsigned electrons = 0;  ///< of neutral atoms
  std::string text = {};   ///< as a formula: "Na", "Na2"; empty: none
};

/// What an ion that is taken apart may hand on to its fragments. These have its charge.
struct FragmentedIon {
  int charge = 1;                  ///< +1 or -1
  std::vector<KeptMetals> metals;  ///< at least one, the first without any
};

/// The ion of an adduct. Its covalent or neutral parts (NH4, HCOO, Cl, lost water) are taken to
/// leave first; metals may stay.
/// @return what is not supported, in words: several molecules or charges, metals whose charge is
/// not certain
std::variant<FragmentedIon, std::string> fragmented_ion(const Adduct& adduct);

/// Mass of an electron, Da.
inline constexpr double kElectronMass = 0.00054857990946;

}  // namespace specbridge
