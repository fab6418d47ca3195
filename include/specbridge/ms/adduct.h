#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace specbridge {

/// An ion type: m/z = (multimer x M + delta) / |charge|, where M is the neutral monoisotopic mass
/// and delta the mass of what is gained and lost, electrons included.
struct Adduct {
  std::string name;  ///< canonical, e.g. "[M+H]+"
  int multimer = 1;  ///< n in [nM+...]
  int charge = 1;    ///< signed
  double delta = 0;  ///< Da
};

/// Reads an adduct by its grammar "[nM(+|-)k group...]z(+|-)" and the common synonyms (M+H,
/// [M+FA-H]-, [M+ACN+H]+, [M+H]1+ ...). Nothing when a group is neither a formula nor a known
/// abbreviation, or the charge is missing and does not follow from the groups.
std::optional<Adduct> parse_adduct(std::string_view text);

/// The ion type assumed when a record states a charge but no adduct: [M+H]+ or [M-H]- (per charge,
/// e.g. [M+2H]2+).
Adduct protonation(int charge);

/// Neutral monoisotopic mass in Da of an ion measured at `mz`.
double neutral_mass(const Adduct& adduct, double mz);

/// Theoretical m/z of a molecule of monoisotopic mass `mass` (Da).
double ion_mz(const Adduct& adduct, double mass);

}  // namespace specbridge
