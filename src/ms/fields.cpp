#include "ms/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ms/peak_text.h"
#include "specbridge/base/text.h"
#include "specbridge/ms/adduct.h"

namespace specbridge {
namespace {

constexpr int kMaxCharge = 20;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_sign(char c) {
  return c == '+' || c == '-';
}

std::optional<FieldProblem> fill_precursor(const std::vector<Field>& fields, Spectrum& spectrum) {
  const auto* field = find_field(fields, {"PRECURSORMZ", "PRECURSORM/Z", "PEPMASS"});
  if (field == nullptr) return {};
  std::string_view rest = field->value;
  const auto token = take_token(rest, " \t;");
  const auto mz = number_with_comma(token);
  if (!mz) {
    return FieldProblem{field->line,
                        fmt::format("{} is not a number: \"{}\" (expected {}=<m/z>)", field->key,
                                    one_line(field->value, 80), field->key)};
  }
  if (has_decimal_comma(token)) spectrum.note(Oddity::decimal_comma);
  if (*mz != 0) spectrum.precursor_mz = *mz;
  return {};
}

struct ChargeText {
  long long magnitude = 0;
  bool negative = false, has_sign = false;
};

/// Reads one "1+", "+1", "-1-", "2", "0", "2.0".
std::optional<ChargeText> parse_charge_text(std::string_view text) {
  ChargeText charge;
  const auto note_sign = [&](char c) {
    charge.has_sign = true;
    charge.negative = charge.negative || c == '-';
  };
  if (!text.empty() && is_sign(text.front())) {
    note_sign(text.front());
    text.remove_prefix(1);
  }
  if (!text.empty() && is_sign(text.back())) {
    note_sign(text.back());
    text.remove_suffix(1);
  }
  if (text.ends_with(".0")) text.remove_suffix(2);
  if (text.empty()) return charge;
  if (!std::all_of(text.begin(), text.end(), is_digit)) return {};
  charge.magnitude = parse_integer(text).value_or(kMaxCharge + 1);  // too large for an integer
  return charge;
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

std::optional<FieldProblem> fill_charge(const std::vector<Field>& fields, Spectrum& spectrum) {
  spectrum.polarity = stated_polarity(fields);
  const auto* field = find_field(fields, {"CHARGE", "CHARGESTATE"});
  std::string_view rest = field != nullptr ? field->value : charge_of_precursor(fields);
  const auto charge = parse_charge_text(take_token(rest, " \t,;"));
  if (!charge && field != nullptr) {
    return FieldProblem{field->line,
                        fmt::format("CHARGE is no charge: \"{}\" (expected for example 1+)",
                                    one_line(field->value, 80))};
  }
  if (!charge) return {};
  if (rest.find_first_of("0123456789") != std::string_view::npos) {
    spectrum.note(Oddity::several_charges);
  }
  if (charge->magnitude > kMaxCharge) spectrum.note(Oddity::charge_out_of_range);
  if (charge->magnitude == 0 || charge->magnitude > kMaxCharge) return {};
  const bool negative = charge->has_sign ? charge->negative : spectrum.polarity < 0;
  spectrum.charge = static_cast<int>(negative ? -charge->magnitude : charge->magnitude);
  return {};
}

/// Reads "2", "2.0", "MS2" and "MS", which means 1.
std::optional<int> parse_level(std::string_view text) {
  const std::string upper = to_upper(text);
  std::string_view digits = upper;
  if (digits == "MS") return 1;
  if (digits.starts_with("MS")) digits.remove_prefix(2);
  if (digits.ends_with(".0")) digits.remove_suffix(2);
  constexpr long long kMaxLevel = 20;
  const auto level = parse_integer(digits);
  if (!level || *level < 1 || *level > kMaxLevel) return {};
  return static_cast<int>(*level);
}

/// Fields that may name the level among other things ("Spectrum_type: MS2", "in-source").
std::optional<int> level_by_type(const std::vector<Field>& fields) {
  // MZmine writes the isotope pattern before each MS2 record under this name.
  if (normalised_key(text_of(fields, {"SPECTYPE"})) == "CORRELATEDMS") return 1;
  return parse_level(text_of(fields, {"MSTYPE", "SPECTRUMTYPE"}));
}

std::optional<FieldProblem> fill_level(const std::vector<Field>& fields, Spectrum& spectrum) {
  const auto* field = find_field(fields, {"MSLEVEL"});
  const auto level = field != nullptr ? parse_level(field->value) : level_by_type(fields);
  if (level) {
    spectrum.ms_level = *level;
  } else if (field != nullptr) {
    return FieldProblem{field->line,
                        fmt::format("MSLEVEL is no level: \"{}\" (expected for example 2)",
                                    one_line(field->value, 80))};
  }
  return {};
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
  return Field{normalised_key(text.substr(0, place)), std::string(value), line};
}

bool is_null_word(std::string_view value) {
  constexpr std::size_t kLongest = 4;
  if (value.empty()) return true;
  if (value.size() > kLongest) return false;
  constexpr std::array<std::string_view, 7> kNullWords = {"N/A", "NA", "NULL", "NONE",
                                                          "NAN", "-",  "#N/A"};
  return std::find(kNullWords.begin(), kNullWords.end(), to_upper(value)) != kNullWords.end();
}

std::optional<FieldProblem> fill_from_fields(const std::vector<Field>& fields, Spectrum& spectrum) {
  spectrum.adduct = text_of(fields, {"ADDUCT", "ION", "PRECURSORTYPE", "IONTYPE"});
  if (spectrum.adduct.empty()) {
    spectrum.adduct = adduct_behind_name(fields);
    if (!spectrum.adduct.empty()) spectrum.note(Oddity::adduct_in_name);
  }
  spectrum.smiles = text_of(fields, {"SMILES"});
  spectrum.inchikey = text_of(fields, {"INCHIKEY"});
  spectrum.formula = text_of(fields, {"FORMULA"});
  spectrum.instrument = text_of(fields, {"INSTRUMENTTYPE", "INSTRUMENT", "SOURCEINSTRUMENT"});
  spectrum.collision_energy = text_of(fields, {"COLLISIONENERGY"});
  spectrum.fold = text_of(fields, {"FOLD"});
  auto problem = fill_level(fields, spectrum);
  if (spectrum.ms_level != 2) return problem;  // nobody asks for the precursor of an MS1 scan
  if (auto other = fill_precursor(fields, spectrum); !problem) problem = std::move(other);
  if (auto other = fill_charge(fields, spectrum); !problem) problem = std::move(other);
  return problem;
}

}  // namespace specbridge
