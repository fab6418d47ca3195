#include "ms/formats/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "base/text.h"
#include "ms/electron/ionisation.h"
#include "ms/formats/field_values.h"
#include "ms/formats/max_charge.h"
#include "ms/formats/peak_text.h"
#include "ms/formats/retention_time.h"
#include "specbridge/adduct.h"

namespace specbridge {
namespace {

constexpr std::array<std::string_view, 5> kAdductKeys = {"ADDUCT", "ION", "PRECURSORTYPE",
                                                         "IONTYPE", "ADDUCTIONNAME"};

constexpr std::size_t kMostPrecursors = 10;  // of one chain; a longer list is none

FieldProblem not_a_number(const Field& field) {
  const std::string_view written = field.written.empty() ? field.key : field.written;
  const auto key = trim(written.substr(0, written.find_last_not_of("=: \t") + 1));
  const std::string_view separator = field.written.empty() ? "=" : "";
  return {field.line,
          fmt::format("{} is not a number: \"{}\" (expected {}{}<m/z>)", one_line(key, 80),
                      one_line(field.value, 80), one_line(written, 80), separator)};
}

/// A field that is stated again adds to what was said, like a longer list in one field.
void join(const PrecursorText& again, PrecursorText& whole) {
  const bool said = std::ranges::all_of(
      again.all, [&](double mz) { return std::ranges::find(whole.all, mz) != whole.all.end(); });
  whole.mz = again.mz;
  whole.decimal_comma = whole.decimal_comma || again.decimal_comma;
  whole.several = whole.several || !said;
  if (!said) whole.all.insert(whole.all.end(), again.all.begin(), again.all.end());
}

/// What all fields of a name state together; mz is 0 where none states one.
std::variant<PrecursorText, FieldProblem> stated_precursor(const std::vector<Field>& fields,
                                                           std::string_view key) {
  PrecursorText whole;
  for (const Field& field : fields) {
    if (field.key != key || is_null_word(field.value)) continue;
    auto precursor = parse_precursor(field.value);
    if (!precursor) return not_a_number(field);
    if (precursor->mz == 0) continue;  // unknown
    if (whole.all.empty())
      whole = std::move(*precursor);
    else
      join(*precursor, whole);
  }
  return whole;
}

std::optional<FieldProblem> fill_precursor(const std::vector<Field>& fields, Spectrum& spectrum) {
  for (const auto* key : {"PRECURSORMZ", "PRECURSORM/Z", "PEPMASS"}) {
    auto stated = stated_precursor(fields, key);
    if (auto* problem = std::get_if<FieldProblem>(&stated)) return std::move(*problem);
    const auto& precursor = std::get<PrecursorText>(stated);
    if (precursor.mz == 0) continue;  // another field may say it
    spectrum.precursor_mz = precursor.mz;
    if (precursor.decimal_comma) spectrum.note(Oddity::decimal_comma);
    const auto& all = precursor.all;
    if (all.size() > 1 && all.size() <= kMostPrecursors) spectrum.precursors = all;
    if (precursor.several) spectrum.note(Oddity::ambiguous_precursor);
    break;
  }
  return {};
}

/// "PEPMASS=300.1 1234.5 1+": Mascot's format has place for a charge behind the intensity.
std::string_view charge_of_precursor(const std::vector<Field>& fields) {
  const auto* field = find_field(fields, {"PEPMASS"});
  if (field == nullptr) return {};
  std::string_view rest = field->value;
  for (int i = 0; i < 2; ++i) take_token(rest, " \t");
  const auto token = take_token(rest, " \t");
  return token.find_first_of("+-") != std::string_view::npos ? token : std::string_view();
}

/// The ion mode is looked at even when it is "-", which elsewhere means "no value".
int stated_polarity(const std::vector<Field>& fields) {
  const auto found = std::find_if(fields.rbegin(), fields.rend(), [](const Field& field) {
    return field.key == "IONMODE" || field.key == "POLARITY" || field.key == "IONIZATIONMODE";
  });
  if (found == fields.rend()) return 0;
  const std::string mode = to_upper(found->value);
  if (mode == "-" || mode == "N" || mode.starts_with("NEG")) return -1;
  return mode == "+" || mode == "P" || mode.starts_with("POS") ? 1 : 0;
}

/// "[M+?]2-" tells the charge, though not the adduct.
std::optional<int> charge_of_unknown_adduct(const std::vector<Field>& fields) {
  for (const auto key : kAdductKeys) {
    const auto* field = find_field(fields, {key});
    if (field != nullptr && is_unknown_adduct(field->value)) return charge_behind(field->value);
  }
  return {};
}

void fill_charge(const std::vector<Field>& fields, Spectrum& spectrum) {
  spectrum.polarity = stated_polarity(fields);
  spectrum.charge = charge_of_unknown_adduct(fields);
  const auto* field = find_field(fields, {"CHARGE", "CHARGESTATE"});
  const auto charge =
      parse_charge_text(field != nullptr ? field->value : charge_of_precursor(fields));
  if (!charge && field != nullptr) spectrum.note(Oddity::unreadable_charge);
  if (!charge) return;
  if (charge->several) spectrum.note(Oddity::several_charges);
  if (charge->magnitude > kMaxCharge) spectrum.note(Oddity::charge_out_of_range);
  if (charge->magnitude == 0 || charge->magnitude > kMaxCharge) return;
  const bool negative = charge->has_sign ? charge->negative : spectrum.polarity < 0;
  spectrum.charge = static_cast<int>(negative ? -charge->magnitude : charge->magnitude);
  spectrum.sign_assumed = !charge->has_sign && spectrum.polarity == 0;
}

/// Fields that may name the level among other things ("Spectrum_type: MS2", "in-source").
std::optional<int> level_by_type(const std::vector<Field>& fields) {
  // MZmine writes the isotope pattern before each MS2 record under this name.
  if (normalised_key(text_of(fields, {"SPECTYPE"})) == "CORRELATEDMS") return 1;
  return parse_level(text_of(fields, {"MSTYPE", "SPECTRUMTYPE"}));
}

/// @return the level, where one is stated
std::optional<int> fill_level(const std::vector<Field>& fields, Spectrum& spectrum) {
  const auto* field = find_field(fields, {"MSLEVEL"});
  auto level = field != nullptr ? parse_level(field->value) : std::nullopt;
  if (field != nullptr && !level) spectrum.note(Oddity::unreadable_level);
  if (!level) level = level_by_type(fields);
  if (level) spectrum.ms_level = *level;
  return level;
}

/// "Microcystin M+H": older GNPS libraries put the adduct behind the name of the compound.
std::string adduct_behind_name(const std::vector<Field>& fields) {
  const std::string name = text_of(fields, {"NAME", "COMPOUNDNAME"});
  const auto blank = name.find_last_of(" \t");
  if (blank == std::string::npos) return {};
  const std::string last = name.substr(blank + 1);
  const auto start = last.find_first_not_of("[0123456789");
  const bool like_one = start != std::string::npos && last[start] == 'M';
  return like_one && parse_adduct(last) ? last : std::string();
}

/// The adduct of the first key that states one which somebody knew.
std::string stated_adduct(const std::vector<Field>& fields) {
  for (const auto key : kAdductKeys) {
    const auto* field = find_field(fields, {key});
    if (field != nullptr && !is_unknown_adduct(field->value)) return field->value;
  }
  return {};
}

void fill_adduct(const std::vector<Field>& fields, Spectrum& spectrum) {
  spectrum.adduct = stated_adduct(fields);
  if (spectrum.adduct.empty()) {
    spectrum.adduct = adduct_behind_name(fields);
    if (!spectrum.adduct.empty()) spectrum.note(Oddity::adduct_in_name);
  }
  constexpr std::string_view kBetween = "/,";  // alternatives
  const auto first = spectrum.adduct.find_first_of(kBetween);
  if (first == std::string::npos) return;
  const bool several = spectrum.adduct.find_first_not_of("/, \t", first) != std::string::npos;
  if (several) spectrum.note(Oddity::several_adducts);
}

/// The SMILES, else the InChI; GNPS has other texts in that field, too.
std::string stated_structure(const std::vector<Field>& fields) {
  std::string smiles = text_of(fields, {"SMILES", "COMPUTEDSMILES"});
  if (!smiles.empty()) return smiles;
  std::string inchi = text_of(fields, {"INCHI", "COMPUTEDINCHI"});
  return inchi.starts_with("InChI=") ? inchi : std::string();
}

}  // namespace

const Field* find_field(const std::vector<Field>& fields,
                        std::initializer_list<std::string_view> keys) {
  for (const auto key : keys) {
    const auto found = std::find_if(fields.rbegin(), fields.rend(), [&](const Field& field) {
      return field.key == key && !is_null_word(field.value);
    });
    if (found != fields.rend()) return &*found;
  }
  return nullptr;
}

std::string text_of(const std::vector<Field>& fields,
                    std::initializer_list<std::string_view> keys) {
  const auto* field = find_field(fields, keys);
  return field != nullptr ? field->value : std::string();
}

std::string normalised_key(std::string_view key) {
  std::string normal = to_upper(key);
  const auto is_filler = [](char c) { return c == '_' || c == '-' || c == ' ' || c == '\t'; };
  normal.erase(std::remove_if(normal.begin(), normal.end(), is_filler), normal.end());
  return normal;
}

std::optional<Field> parse_field(std::string_view text, char separator, std::size_t line) {
  const auto place = text.find(separator);
  if (place == std::string_view::npos) return {};
  auto value = trim(text.substr(place + 1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = trim(value.substr(1, value.size() - 2));
  }
  std::string written(trim(text.substr(0, place)));
  written += separator;
  if (separator == ':') written += ' ';
  return Field{normalised_key(text.substr(0, place)), std::string(value), line, std::move(written)};
}

bool is_null_word(std::string_view value) {
  constexpr std::size_t kLongest = 4;
  if (value.empty()) return true;
  if (value.size() > kLongest) return false;
  constexpr std::array<std::string_view, 7> kNullWords = {"N/A", "NA", "NULL", "NONE",
                                                          "NAN", "-",  "#N/A"};
  return std::find(kNullWords.begin(), kNullWords.end(), to_upper(value)) != kNullWords.end();
}

namespace {

/// As many m/z as adducts belong together, one by one, and leave nothing open.
void judge_chain(Spectrum& spectrum) {
  if (spectrum.precursors.size() < 2) return;
  if (parse_alternatives(spectrum.adduct).size() != spectrum.precursors.size()) return;
  spectrum.oddities &= ~(static_cast<unsigned>(Oddity::ambiguous_precursor) |
                         static_cast<unsigned>(Oddity::several_adducts));
  spectrum.note(Oddity::precursor_chain);
}

/// "Spectrum representation: profile", or "CENTROIDED=FALSE" of R's Spectra.
bool states_a_profile(const std::vector<Field>& fields) {
  const std::string centroided = to_upper(text_of(fields, {"CENTROIDED"}));
  return to_upper(text_of(fields, {"SPECTRUMREPRESENTATION"})).starts_with("PROFILE") ||
         centroided == "FALSE" || centroided == "0";
}

/// What there is to know of a spectrum of electron ionisation. A molecular ion that the record
/// states as its precursor is told by the mass; it was not chosen to be fragmented.
void fill_electron(const std::vector<Field>& fields, Spectrum& spectrum) {
  spectrum.kind = SpectrumKind::electron;
  spectrum.molecular_mass = molecular_mass_of(fields);
  if (!spectrum.molecular_mass) spectrum.molecular_mass = spectrum.precursor_mz;
  spectrum.precursor_mz.reset();
  spectrum.precursors.clear();
  spectrum.adduct.clear();
  spectrum.charge.reset();
  spectrum.oddities &= ~(static_cast<unsigned>(Oddity::ambiguous_precursor) |
                         static_cast<unsigned>(Oddity::several_adducts) |
                         static_cast<unsigned>(Oddity::adduct_in_name));
  spectrum.polarity = stated_polarity(fields);
  if (states_a_profile(fields)) spectrum.note(Oddity::profile);
}

}  // namespace

std::optional<FieldProblem> fill_from_fields(const std::vector<Field>& fields, Spectrum& spectrum,
                                             Silence silence) {
  fill_adduct(fields, spectrum);
  spectrum.smiles = stated_structure(fields);
  spectrum.inchikey = text_of(fields, {"INCHIKEY"});
  spectrum.formula = text_of(fields, {"FORMULA", "FORM"});
  spectrum.instrument = text_of(fields, {"INSTRUMENTTYPE", "INSTRUMENT", "SOURCEINSTRUMENT"});
  spectrum.collision_energy = text_of(fields, {"COLLISIONENERGY"});
  spectrum.fold = text_of(fields, {"FOLD"});
  spectrum.compound = text_of(fields, {"COMPOUNDNAME", "NAME", "TITLE"});
  spectrum.licence = text_of(fields, {"LICENSE", "LICENCE"});
  const auto level = fill_level(fields, spectrum);
  spectrum.retention_time = retention_time_of(fields);
  spectrum.retention_index = retention_index_of(fields);
  std::optional<FieldProblem> problem;
  if (spectrum.ms_level == 2) {  // nobody asks for the precursor of an MS1 scan
    if (states_a_profile(fields)) spectrum.note(Oddity::profile);
    fill_charge(fields, spectrum);
    problem = fill_precursor(fields, spectrum);
    judge_chain(spectrum);
  }
  if (kind_of(fields, spectrum, level, silence) == SpectrumKind::electron) {
    fill_electron(fields, spectrum);
  }
  return problem;
}

}  // namespace specbridge
