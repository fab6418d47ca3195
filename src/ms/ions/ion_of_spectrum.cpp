#include "specbridge/ion_of_spectrum.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>

#include "specbridge/tolerance.h"

namespace specbridge {
namespace {

/// The ion mode gives the sign where one is stated: instruments set it, while some converters write
/// every charge as positive.
Adduct implied_adduct(const Spectrum& spectrum) {
  const int charge = *spectrum.charge;
  return protonation(spectrum.polarity == 0 ? charge : spectrum.polarity * std::abs(charge));
}

/// Whether an adduct of the list may be that of a record with this charge and ion mode, of which
/// the ion mode gives the sign.
bool fits(const Spectrum& spectrum, const Adduct& adduct) {
  const bool has_sign = spectrum.charge && !spectrum.sign_assumed;
  int sign = spectrum.polarity;
  if (sign == 0 && has_sign) sign = *spectrum.charge;
  return (!spectrum.charge || std::abs(*spectrum.charge) == std::abs(adduct.charge)) &&
         (sign == 0 || (sign < 0) == (adduct.charge < 0));
}

}  // namespace

IonOfSpectrum ion_of(const Spectrum& spectrum, const std::vector<Adduct>& list) {
  IonOfSpectrum ion;
  if (!spectrum.adduct.empty()) {
    ion.adduct = parse_adduct(spectrum.adduct);
  } else if (spectrum.charge) {
    ion.adduct = implied_adduct(spectrum);
  }
  const bool from_the_record = ion.adduct && (!spectrum.adduct.empty() || list.empty());
  if (from_the_record) {
    ion.possible = {*ion.adduct};
    return ion;
  }
  ion.assumed = true;
  std::ranges::copy_if(list, std::back_inserter(ion.possible),
                       [&](const Adduct& adduct) { return fits(spectrum, adduct); });
  return ion;
}

const Adduct& nearest_adduct(const std::vector<Adduct>& adducts, double mz, double exact_mass) {
  return *std::ranges::min_element(adducts, {}, [&](const Adduct& adduct) {
    return std::abs(mass_error_ppm(mz, ion_mz(adduct, exact_mass)));
  });
}

std::string names_of(const std::vector<Adduct>& adducts) {
  std::string names;
  for (const auto& adduct : adducts) names += (names.empty() ? "" : ", ") + adduct.name;
  return names;
}

}  // namespace specbridge
