#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/spectrum.h"

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
/// [M+FA-H]-, [M+ACN+H]+, [M+H]1+ ...), also with isotopes ("37Cl", "13C"; "2H" are two hydrogens)
/// and with sums in parentheses; of alternatives ("a/b", "a,b") the first that can be read.
/// Nothing when a group is neither a formula nor a known abbreviation, or the charge is missing and
/// does not follow from the groups.
std::optional<Adduct> parse_adduct(std::string_view text);

/// Each of the alternatives "a/b" and "a,b" in their order; nothing for one that cannot be read.
std::vector<std::optional<Adduct>> parse_alternatives(std::string_view text);

/// Whether a text only says that the adduct is not known: "[M+?]+", "[M]?", "unknown".
bool is_unknown_adduct(std::string_view text);

/// The charge behind the brackets of an adduct, "[M+?]2+"; nothing where there is none.
std::optional<int> charge_behind(std::string_view adduct);

/// Reads adducts separated by commas, each once. @throws UsageError
std::vector<Adduct> parse_adduct_list(std::string_view text);

/// Whether the charge or the ion mode that a record states is not that of its adduct. The adduct is
/// believed then. Of a charge without a sign only the magnitude counts.
bool contradicts(const Spectrum& spectrum, const Adduct& adduct);

/// The ion type assumed when a record states a charge but no adduct: [M+H]+ or [M-H]- (per charge,
/// e.g. [M+2H]2+).
Adduct protonation(int charge);

/// Neutral monoisotopic mass in Da of an ion measured at `mz`.
double neutral_mass(const Adduct& adduct, double mz);

/// Theoretical m/z of a molecule of monoisotopic mass `mass` (Da).
double ion_mz(const Adduct& adduct, double mass);

}  // namespace specbridge
