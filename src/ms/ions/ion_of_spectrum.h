#pragma once

#include <optional>
#include <string>
#include <vector>

#include "specbridge/adduct.h"
#include "specbridge/spectrum.h"

namespace specbridge {

/// The adducts a record may be, and whether they are only assumed: the one it states, else those of
/// `list` that fit its charge and ion mode, else (without a list) the protonation its charge
/// implies. The ion mode, where one is stated, gives the sign; a charge without any fits adducts of
/// both.
struct PossibleAdducts {
  std::vector<Adduct> adducts;
  bool assumed = false;
};
PossibleAdducts possible_adducts(const Spectrum& spectrum, const std::vector<Adduct>& list);

/// The one of some adducts under which a molecule of that exact mass comes nearest to the measured
/// m/z.
const Adduct& nearest_adduct(const std::vector<Adduct>& adducts, double mz, double exact_mass);

/// "[M+H]+, [M+Na]+"
std::string names_of(const std::vector<Adduct>& adducts);

/// The adduct a record states, else the protonation its charge and ion mode imply; nothing: it
/// cannot be read, or there is neither.
std::optional<Adduct> adduct_of(const Spectrum& spectrum);

}  // namespace specbridge
