#pragma once

#include <optional>
#include <string>
#include <vector>

#include "specbridge/adduct.h"
#include "specbridge/spectrum.h"

namespace specbridge {

/// An ion: what it is of its molecule, and where it was measured.
struct Ion {
  Adduct adduct;
  double mz = 0;  ///< Th; 0 where the record states none
};

/// Where the adducts of a record come from.
enum class AdductSource {
  record,  ///< it states them
  charge,  ///< the protonation that its charge and ion mode imply
  list,    ///< a list of the user's, or nowhere
};

/// What ion a record shows, as far as it says. The ion mode, where one is stated, gives the sign of
/// a charge; a charge without any fits adducts of both.
struct IonOfSpectrum {
  /// The adduct it states, else the protonation that its charge and ion mode imply; nothing: it
  /// cannot be read, or there is neither.
  std::optional<Adduct> adduct;
  /// The ions it may be: those it states; else those of a list that fit its charge and ion mode;
  /// else, without a list, the protonation its charge implies. The likeliest stands first. Of
  /// "568.3/494.3" with "[M+CH3COO]-/[M-CH3]-" the k-th m/z belongs to the k-th adduct: where all
  /// say one mass, the last pair alone is possible.
  std::vector<Ion> possible;
  AdductSource source = AdductSource::record;  ///< of `possible`
};

/// @param list adducts to assume where the record states none that can be read
IonOfSpectrum ion_of(const Spectrum& spectrum, const std::vector<Adduct>& list = {});

/// The charge of the likeliest ion that a record may be, signed; 0: not known.
int charge_of(const Spectrum& spectrum, const IonOfSpectrum& ion);
/// The ion mode of a record, +1 or -1: the sign of the adduct that it states, else the mode that it
/// states, else the sign of its charge where it has one, else the sign that all adducts of the
/// user's list have; 0: not known. A charge without a sign says nothing, although what a search
/// assumes of it is a positive ion.
int polarity_of(const Spectrum& spectrum, const IonOfSpectrum& ion);

/// Whether spectra of two polarities may be compared: they are of one, or one is not known (0).
bool polarities_fit(int a, int b);

/// The one of some ions (at least one) as which a molecule of that exact mass (Da) comes nearest to
/// the measured m/z.
const Ion& nearest_ion(const std::vector<Ion>& ions, double exact_mass);

/// The adducts of some ions, each once, in their order.
std::vector<Adduct> adducts_of(const std::vector<Ion>& ions);

/// "[M+H]+, [M+Na]+"
std::string names_of(const std::vector<Adduct>& adducts);
/// The same; of ions measured at several m/z "[M+H]+ at 163.1230, [M+H]+ at 161.1073".
std::string names_of(const std::vector<Ion>& ions);

/// "adduct assumed from the ion mode", or from the charge where that has no sign; "" where the
/// adduct does not come from the charge.
std::string assumption_of(const Spectrum& spectrum, const IonOfSpectrum& ion);

}  // namespace specbridge
