#include "pipeline/serve/asked_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/characters.h"
#include "base/text.h"
#include "specbridge/adduct.h"
#include "specbridge/error.h"
#include "specbridge/hits_format.h"
#include "specbridge/spectrum_reader.h"
#include "specbridge/tolerance.h"

namespace specbridge {
namespace {

[[noreturn]] void wrong(std::string_view name, const std::string& value,
                        std::string_view expected) {
  throw UsageError(
      fmt::format("{}: found \"{}\", expected {}", name, one_line(value, 60), expected));
}

std::size_t whole(std::string_view name, const std::string& value, std::size_t most) {
  const auto number = parse_number(value);
  const bool whole = number && *number >= 1 && *number <= static_cast<double>(most) &&
                     *number == static_cast<double>(static_cast<std::size_t>(*number));
  if (!whole) wrong(name, value, fmt::format("a whole number from 1 to {}", with_thousands(most)));
  return static_cast<std::size_t>(*number);
}

double share(std::string_view name, const std::string& value) {
  const auto number = parse_number(value);
  if (!number || !(*number >= 0 && *number <= 1)) wrong(name, value, "a number from 0 to 1");
  return *number;
}

void choose(AskedSearch& asked, CandidateMode mode) {
  auto& choice = asked.config.sources.choice;
  if (choice.mode != CandidateMode::mass_window) {
    throw UsageError("formula and open choose candidates in different ways; give one of them");
  }
  choice.mode = mode;
}

constexpr std::size_t kMostAnswers = 1000, kMostShown = 100;  // openapi.json says so, too

/// The name of a file alone: it stands in messages and names of records.
std::string file_name(const std::string& value) {
  constexpr std::size_t kLongest = 100;
  const auto plain = [](char c) {
    return is_digit(c) || is_letter(c) || c == '.' || c == '_' || c == '-';
  };
  const bool good = !value.empty() && value.size() <= kLongest && value.front() != '.' &&
                    std::ranges::all_of(value, plain);
  if (!good) wrong("name", value, "at most 100 letters, digits, dots, hyphens and underscores");
  return value;
}

using Read = void (*)(AskedSearch&, const std::string&);
struct Option {
  std::string_view name;
  Read read;
};

constexpr std::array<Option, 12> kOptions = {{
    {"k",
     [](AskedSearch& asked, const std::string& value) {
       asked.config.options.k = whole("k", value, kMostAnswers);
     }},
    {"shown", [](AskedSearch& asked,
                 const std::string& value) { asked.shown = whole("shown", value, kMostShown); }},
    {"tolerance",
     [](AskedSearch& asked, const std::string& value) {
       asked.config.sources.choice.tolerance = parse_tolerance(value);
     }},
    {"adducts",
     [](AskedSearch& asked, const std::string& value) {
       asked.config.sources.choice.adducts = parse_adduct_list(value);
     }},
    {"formula",
     [](AskedSearch& asked, const std::string& value) {
       choose(asked, CandidateMode::formula);
       asked.config.sources.choice.formula = value;
     }},
    {"open",
     [](AskedSearch& asked, const std::string& value) {
       if (value != "1" && value != "0") wrong("open", value, "0 or 1");
       if (value == "1") choose(asked, CandidateMode::open);
     }},
    {"merge",
     [](AskedSearch& asked, const std::string& value) { asked.config.merge = parse_merge(value); }},
    {"in_format",
     [](AskedSearch& asked, const std::string& value) {
       asked.config.format = parse_spectrum_format(value);
     }},
    {"min_probability",
     [](AskedSearch& asked, const std::string& value) {
       asked.config.limits.min_probability = share("min_probability", value);
     }},
    {"max_q", [](AskedSearch& asked,
                 const std::string& value) { asked.config.limits.max_q = share("max_q", value); }},
    {"name", [](AskedSearch& asked, const std::string& value) { asked.name = file_name(value); }},
    {"format",
     [](AskedSearch& asked, const std::string& value) {
       asked.as_table = value != "json";
       if (!asked.as_table) return;
       if (value != "tsv" && value != "csv" && value != "jsonl") {
         wrong("format", value, "json, tsv, csv or jsonl");
       }
       asked.config.hits_format = parse_hits_format(value);
     }},
}};

std::string names_of_options() {
  std::string names;
  for (const auto& option : kOptions) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", option.name);
  }
  return names;
}

}  // namespace

AskedSearch asked_search(const std::map<std::string, std::string>& options) {
  AskedSearch asked;
  for (const auto& [name, value] : options) {
    const auto known = std::ranges::find(kOptions, name, &Option::name);
    if (known == kOptions.end()) wrong("option", name, names_of_options());
    known->read(asked, value);
  }
  return asked;
}

}  // namespace specbridge
