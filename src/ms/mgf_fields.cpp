#include "ms/mgf_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <initializer_list>

#include "specbridge/base/text.h"

namespace specbridge {
namespace {

constexpr std::string_view kBlanks = " \t;";
constexpr int kMaxCharge = 100;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_sign(char c) {
  return c == '+' || c == '-';
}

/// Removes and returns the text up to one of the separators, skipping those in front.
std::string_view take_token(std::string_view& text, std::string_view separators) {
  text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
  const auto token = text.substr(0, text.find_first_of(separators));
  text.remove_prefix(token.size());
  return token;
}

/// "281,2013" has one comma between digits and no point.
bool has_decimal_comma(std::string_view token) {
  const auto comma = token.find(',');
  return comma != std::string_view::npos && comma > 0 && comma + 1 < token.size() &&
         token.find_first_of(",.", comma + 1) == std::string_view::npos &&
         token.find('.') == std::string_view::npos && is_digit(token[comma - 1]) &&
         is_digit(token[comma + 1]);
}

std::optional<double> number_with_comma(std::string_view token) {
  if (!has_decimal_comma(token)) return parse_number(token);
  std::string pointed(token);
  pointed[token.find(',')] = '.';
  return parse_number(pointed);
}

/// The last field whose key is the first of `keys` that has a value.
const MgfField* find_field(const std::vector<MgfField>& fields,
                           std::initializer_list<std::string_view> keys) {
  for (const auto key : keys) {
    const auto found = std::find_if(fields.rbegin(), fields.rend(), [&](const MgfField& field) {
      return field.key == key && !is_null_word(field.value);
    });
    if (found != fields.rend()) return &*found;
  }
  return nullptr;
}

std::string text_of(const std::vector<MgfField>& fields,
                    std::initializer_list<std::string_view> keys) {
  const auto* field = find_field(fields, keys);
  return field != nullptr ? field->value : std::string();
}

std::optional<FieldProblem> fill_precursor(const std::vector<MgfField>& fields,
                                           Spectrum& spectrum) {
  const auto* field = find_field(fields, {"PRECURSORMZ", "PEPMASS"});
  if (field == nullptr) return {};
  std::string_view rest = field->value;
  const auto mz = number_with_comma(take_token(rest, kBlanks));
  if (!mz) {
    return FieldProblem{field->line,
                        fmt::format("{} is not a number: \"{}\" (expected {}=<m/z>)", field->key,
                                    one_line(field->value, 80), field->key)};
  }
  if (*mz != 0) spectrum.precursor_mz = *mz;
  return {};
}

struct ChargeText {
  long long magnitude = 0;
  bool negative = false, has_sign = false;
};

/// Reads "1+", "+1", "-1-", "2", "0", "2+ and 3+" (the first), "2.0".
std::optional<ChargeText> parse_charge_text(std::string_view text) {
  text = take_token(text, " \t,;");
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
  const auto magnitude = is_digit(text.front()) ? parse_integer(text) : std::nullopt;
  if (!magnitude || *magnitude > kMaxCharge) return {};
  charge.magnitude = *magnitude;
  return charge;
}

/// The ion mode is looked at even when it is "-", which elsewhere means "no value".
bool is_negative_mode(const std::vector<MgfField>& fields) {
  const auto found = std::find_if(fields.rbegin(), fields.rend(), [](const MgfField& field) {
    return field.key == "IONMODE" || field.key == "POLARITY" || field.key == "IONIZATIONMODE";
  });
  if (found == fields.rend()) return false;
  const std::string mode = to_upper(found->value);
  return mode == "-" || mode.starts_with("N");
}

std::optional<FieldProblem> fill_charge(const std::vector<MgfField>& fields, Spectrum& spectrum) {
  const auto* field = find_field(fields, {"CHARGE"});
  if (field == nullptr) return {};
  const auto charge = parse_charge_text(field->value);
  if (!charge) {
    return FieldProblem{field->line,
                        fmt::format("CHARGE is no charge: \"{}\" (expected for example 1+)",
                                    one_line(field->value, 80))};
  }
  if (charge->magnitude == 0) return {};
  const bool negative = charge->has_sign ? charge->negative : is_negative_mode(fields);
  spectrum.charge = static_cast<int>(negative ? -charge->magnitude : charge->magnitude);
  return {};
}

std::optional<FieldProblem> fill_level(const std::vector<MgfField>& fields, Spectrum& spectrum) {
  const auto* field = find_field(fields, {"MSLEVEL"});
  if (field == nullptr) {
    // MZmine writes the isotope pattern before each MS2 record under this name.
    if (normalised_key(text_of(fields, {"SPECTYPE"})) == "CORRELATEDMS") spectrum.ms_level = 1;
    return {};
  }
  std::string_view text = field->value;
  if (to_upper(text).starts_with("MS")) text.remove_prefix(2);
  if (text.ends_with(".0")) text.remove_suffix(2);
  const auto level = parse_integer(text);
  constexpr long long kMaxLevel = 20;
  if (!level || *level < 1 || *level > kMaxLevel) {
    return FieldProblem{field->line,
                        fmt::format("MSLEVEL is no level: \"{}\" (expected for example 2)",
                                    one_line(field->value, 80))};
  }
  spectrum.ms_level = static_cast<int>(*level);
  return {};
}

}  // namespace

std::string normalised_key(std::string_view key) {
  std::string normal = to_upper(key);
  const auto is_filler = [](char c) { return c == '_' || c == '-' || c == ' ' || c == '\t'; };
  normal.erase(std::remove_if(normal.begin(), normal.end(), is_filler), normal.end());
  return normal;
}

std::optional<MgfField> parse_field(std::string_view text, std::size_t line) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return {};
  auto value = trim(text.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = trim(value.substr(1, value.size() - 2));
  }
  return MgfField{normalised_key(text.substr(0, equals)), std::string(value), line};
}

bool is_null_word(std::string_view value) {
  constexpr std::array<std::string_view, 8> kNullWords = {"",     "N/A", "NA", "NULL",
                                                          "NONE", "NAN", "-",  "#N/A"};
  return std::find(kNullWords.begin(), kNullWords.end(), to_upper(value)) != kNullWords.end();
}

bool starts_with_number(std::string_view text) {
  if (text.empty() || !(is_digit(text[0]) || is_sign(text[0]) || text[0] == '.')) return false;
  return parse_number(take_token(text, " \t;,")).has_value();
}

std::optional<Peak> parse_peak(std::string_view text) {
  const bool has_point = text.find('.') != std::string_view::npos;
  std::string_view rest = text;
  auto first = take_token(rest, kBlanks);
  auto second = take_token(rest, kBlanks);
  if (first.ends_with(',')) first.remove_suffix(1);
  if (second.ends_with(',')) second.remove_suffix(1);
  const bool comma = first.find(',') != std::string_view::npos;
  if (second.empty() && comma) {  // the comma separates
    rest = text;
    first = take_token(rest, " \t;,");
    second = take_token(rest, " \t;,");
    if (!trim(rest).empty() && !has_point) return {};  // "1,2,3,4" could be two numbers or four
  } else if ((comma || second.find(',') != std::string_view::npos) && has_point) {
    return {};
  }
  const auto mz = number_with_comma(first), intensity = number_with_comma(second);
  if (!mz || !intensity) return {};
  return Peak{*mz, *intensity};
}

std::optional<FieldProblem> fill_from_fields(const std::vector<MgfField>& fields,
                                             Spectrum& spectrum) {
  spectrum.id = text_of(fields, {"SPECTRUMID", "FEATUREID", "SCANS", "TITLE"});
  spectrum.adduct = text_of(fields, {"ADDUCT", "ION", "PRECURSORTYPE", "IONTYPE"});
  spectrum.smiles = text_of(fields, {"SMILES"});
  spectrum.inchikey = text_of(fields, {"INCHIKEY"});
  spectrum.formula = text_of(fields, {"FORMULA"});
  spectrum.instrument = text_of(fields, {"INSTRUMENTTYPE", "INSTRUMENT", "SOURCEINSTRUMENT"});
  spectrum.collision_energy = text_of(fields, {"COLLISIONENERGY"});
  spectrum.fold = text_of(fields, {"FOLD"});
  auto problem = fill_precursor(fields, spectrum);
  if (auto other = fill_charge(fields, spectrum); !problem) problem = std::move(other);
  if (auto other = fill_level(fields, spectrum); !problem) problem = std::move(other);
  return problem;
}

}  // namespace specbridge
