#include "specbridge/ion_of_spectrum.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>

#include "specbridge/tolerance.h"

namespace specbridge {
namespace {

constexpr double kSameMassPpm = 20;  // pairs of a chain that are of one molecule

int sign_of(int charge) {
  return (charge > 0 ? 1 : 0) - (charge < 0 ? 1 : 0);
}

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

/// The m/z that a record states, the likeliest last.
std::vector<double> precursors_of(const Spectrum& spectrum) {
  return spectrum.precursors.empty() ? std::vector{spectrum.precursor_mz.value_or(0)}
                                     : spectrum.precursors;
}

/// Every adduct at every m/z, the likeliest first.
std::vector<Ion> each_with_each(const std::vector<std::optional<Adduct>>& adducts,
                                const std::vector<double>& precursors) {
  std::vector<Ion> ions;
  for (auto mz = precursors.rbegin(); mz != precursors.rend(); ++mz) {
    if (*mz == 0 && precursors.size() > 1) continue;
    for (const auto& adduct : adducts) {
      if (adduct) ions.push_back({*adduct, *mz});
    }
  }
  return ions;
}

bool are_of_one_molecule(const std::vector<Ion>& ions) {
  const double mass = neutral_mass(ions.front().adduct, ions.front().mz);
  return std::ranges::all_of(ions, [&](const Ion& ion) {
    return std::abs(mass_error_ppm(neutral_mass(ion.adduct, ion.mz), mass)) <= kSameMassPpm;
  });
}

/// The k-th adduct at the k-th m/z, the last first; adducts beyond the m/z are of the last one.
std::vector<Ion> pairs_of(const std::vector<std::optional<Adduct>>& adducts,
                          const std::vector<double>& precursors) {
  std::vector<Ion> ions;
  for (std::size_t k = adducts.size(); k-- > 0;) {
    const double mz = precursors[std::min(k, precursors.size() - 1)];
    if (adducts[k] && mz != 0) ions.push_back({*adducts[k], mz});
  }
  if (ions.size() > 1 && are_of_one_molecule(ions)) ions.resize(1);
  return ions;
}

std::vector<Ion> stated_ions(const Spectrum& spectrum) {
  const auto adducts = parse_alternatives(spectrum.adduct);
  const auto precursors = precursors_of(spectrum);
  const bool chain =
      adducts.size() > 1 && precursors.size() > 1 && !spectrum.has(Oddity::outside_isolation);
  return chain ? pairs_of(adducts, precursors) : each_with_each(adducts, precursors);
}

}  // namespace

IonOfSpectrum ion_of(const Spectrum& spectrum, const std::vector<Adduct>& list) {
  IonOfSpectrum ion;
  if (spectrum.kind == SpectrumKind::electron) {  // no ion of it was chosen
    ion.source = AdductSource::list;
    return ion;
  }
  if (!spectrum.adduct.empty()) {
    ion.possible = stated_ions(spectrum);
    if (!ion.possible.empty()) ion.adduct = ion.possible.front().adduct;
    if (ion.adduct) return ion;
  } else if (spectrum.charge) {
    ion.adduct = implied_adduct(spectrum);
  }
  const auto precursors = precursors_of(spectrum);
  if (ion.adduct && list.empty()) {
    ion.source = AdductSource::charge;
    ion.possible = each_with_each({ion.adduct}, precursors);
    return ion;
  }
  ion.source = AdductSource::list;
  std::vector<std::optional<Adduct>> fitting;
  std::ranges::copy_if(list, std::back_inserter(fitting),
                       [&](const Adduct& adduct) { return fits(spectrum, adduct); });
  ion.possible = each_with_each(fitting, precursors);
  return ion;
}

const Ion& nearest_ion(const std::vector<Ion>& ions, double exact_mass) {
  return *std::ranges::min_element(ions, {}, [&](const Ion& ion) {
    return std::abs(mass_error_ppm(ion.mz, ion_mz(ion.adduct, exact_mass)));
  });
}

std::vector<Adduct> adducts_of(const std::vector<Ion>& ions) {
  std::vector<Adduct> adducts;
  for (const auto& ion : ions) {
    const bool known = std::ranges::find(adducts, ion.adduct.name, &Adduct::name) != adducts.end();
    if (!known) adducts.push_back(ion.adduct);
  }
  return adducts;
}

std::string names_of(const std::vector<Adduct>& adducts) {
  std::string names;
  for (const auto& adduct : adducts) names += (names.empty() ? "" : ", ") + adduct.name;
  return names;
}

std::string names_of(const std::vector<Ion>& ions) {
  const bool one_mz =
      std::ranges::all_of(ions, [&](const Ion& ion) { return ion.mz == ions.front().mz; });
  std::string names;
  for (const auto& ion : ions) {
    names += (names.empty() ? "" : ", ") + ion.adduct.name;
    if (!one_mz) names += fmt::format(" at {:.4f}", ion.mz);
  }
  return names;
}

int charge_of(const Spectrum& spectrum, const IonOfSpectrum& ion) {
  if (ion.adduct) return ion.adduct->charge;
  if (!ion.possible.empty()) return ion.possible.front().adduct.charge;
  return spectrum.charge.value_or(0);
}

int polarity_of(const Spectrum& spectrum, const IonOfSpectrum& ion) {
  if (ion.source == AdductSource::record && ion.adduct) return sign_of(ion.adduct->charge);
  if (spectrum.polarity != 0) return spectrum.polarity;
  if (spectrum.charge && !spectrum.sign_assumed) return sign_of(*spectrum.charge);
  if (ion.source != AdductSource::list || ion.possible.empty()) return 0;
  const int sign = sign_of(ion.possible.front().adduct.charge);
  const bool all = std::ranges::all_of(
      ion.possible, [&](const Ion& one) { return sign_of(one.adduct.charge) == sign; });
  return all ? sign : 0;
}

bool polarities_fit(int a, int b) {
  return a == 0 || b == 0 || a == b;
}

std::string assumption_of(const Spectrum& spectrum, const IonOfSpectrum& ion) {
  if (ion.source != AdductSource::charge) return "";
  return spectrum.sign_assumed ? "adduct assumed from the charge"
                               : "adduct assumed from the ion mode";
}

}  // namespace specbridge
