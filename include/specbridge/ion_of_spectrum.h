#pragma once

#include <optional>
#include <string>
#include <vector>

#include "specbridge/adduct.h"
#include "specbridge/spectrum.h"

namespace specbridge {

/// What ion a record shows, as far as it says. The ion mode, where one is stated, gives the sign of
/// a charge; a charge without any fits adducts of both.
struct IonOfSpectrum {
  /// The adduct it states, else the protonation that its charge and ion mode imply; nothing: it
  /// cannot be read, or there is neither.
  std::optional<Adduct> adduct;
  /// The adducts it may be: the one it states; else those of a list that fit its charge and ion
  /// mode; else, without a list, the protonation its charge implies.
  std::vector<Adduct> possible;
  bool assumed = false;  ///< `possible` does not come from the record
};

/// @param list adducts to assume where the record states none that can be read
IonOfSpectrum ion_of(const Spectrum& spectrum, const std::vector<Adduct>& list = {});

/// The one of some adducts under which a molecule of that exact mass comes nearest to the measured
/// m/z.
const Adduct& nearest_adduct(const std::vector<Adduct>& adducts, double mz, double exact_mass);

/// "[M+H]+, [M+Na]+"
std::string names_of(const std::vector<Adduct>& adducts);

}  // namespace specbridge
