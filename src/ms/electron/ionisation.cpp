#include "ms/electron/ionisation.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "base/text.h"

namespace specbridge {
namespace {

constexpr std::array<std::string_view, 8> kIonisationKeys = {
    "INSTRUMENTTYPE",   "INSTRUMENT", "SOURCEINSTRUMENT", "IONIZATION",
    "IONIZATIONMETHOD", "IONISATION", "IONSOURCE",        "SPECTRUMTYPE"};

/// Words of instruments whose spectra are not of electron ionisation.
constexpr std::array<std::string_view, 13> kOtherIonisations = {
    "ESI",  "NANOESI", "HESI", "APCI", "APPI", "LC", "UPLC",
    "HPLC", "MALDI",   "CI",   "FAB",  "FI",   "FD"};

enum class Stated { nothing, electron, other };

Stated ionisation_in(std::string_view text) {
  const std::string upper = to_upper(text);
  if (upper.find("ELECTRON IONI") != std::string::npos ||
      upper.find("ELECTRON IMPACT") != std::string::npos) {
    return Stated::electron;
  }
  Stated stated = Stated::nothing;
  std::string word;
  for (const char c : upper + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      word += c;
      continue;
    }
    if (word == "EI") return Stated::electron;
    if (std::ranges::find(kOtherIonisations, word) != kOtherIonisations.end()) {
      stated = Stated::other;
    }
    word.clear();
  }
  return stated;
}

Stated stated_ionisation(const std::vector<Field>& fields) {
  Stated stated = Stated::nothing;
  for (const Field& field : fields) {
    if (std::ranges::find(kIonisationKeys, field.key) == kIonisationKeys.end()) continue;
    const Stated here = ionisation_in(field.value);
    if (here == Stated::electron) return here;
    if (here == Stated::other) stated = here;
  }
  return stated;
}

/// The number that a text begins with.
std::optional<double> leading_number(std::string_view text) {
  text = trim(text);
  return parse_number(text.substr(0, std::min(text.find_first_of(" \t/;,("), text.size())));
}

}  // namespace

SpectrumKind kind_of(const std::vector<Field>& fields, const Spectrum& spectrum,
                     std::optional<int> level, Silence silence) {
  const Stated stated = stated_ionisation(fields);
  const bool fragments = level.value_or(1) > 1;
  if (stated == Stated::electron) {
    return fragments && spectrum.precursor_mz ? SpectrumKind::tandem : SpectrumKind::electron;
  }
  const bool silent = stated == Stated::nothing && !spectrum.precursor_mz && !level &&
                      spectrum.adduct.empty() && !spectrum.charge;
  return silent && silence == Silence::is_electron ? SpectrumKind::electron : SpectrumKind::tandem;
}

std::optional<double> retention_index_of(const std::vector<Field>& fields) {
  const Field* field =
      find_field(fields, {"RETENTIONINDEX", "RI", "KOVATSRTI", "KOVATSINDEX", "KOVATS",
                          "KOVATSRETENTIONINDEX", "LINEARRETENTIONINDEX"});
  if (field == nullptr) return {};
  std::string_view text = field->value;
  const std::string upper = to_upper(text);
  constexpr std::string_view kUsual = "SEMISTDNP=";
  if (const auto usual = upper.find(kUsual); usual != std::string::npos) {
    text.remove_prefix(usual + kUsual.size());
  } else if (const auto first = upper.find('='); first != std::string::npos) {
    text.remove_prefix(first + 1);
  }
  const auto index = leading_number(text);
  return index && *index > 0 ? index : std::nullopt;
}

std::optional<double> molecular_mass_of(const std::vector<Field>& fields) {
  const Field* field = find_field(fields, {"EXACTMASS", "TOTALEXACTMASS", "MONOISOTOPICMASS", "MW",
                                           "MOLECULARWEIGHT", "MOLECULARMASS"});
  if (field == nullptr) return {};
  const auto mass = leading_number(field->value);
  return mass && *mass > 0 ? mass : std::nullopt;
}

}  // namespace specbridge
