#include "ms/similarity/similarity_rule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

using Kind = SimilarityKind;

constexpr std::array<std::pair<Kind, std::string_view>, 12> kKindNames = {
    {{Kind::cosine, "cosine"},
     {Kind::cosine_hungarian, "cosine_hungarian"},
     {Kind::cosine_linear, "cosine_linear"},
     {Kind::modified_cosine, "modified_cosine"},
     {Kind::modified_cosine_hungarian, "modified_cosine_hungarian"},
     {Kind::neutral_losses, "neutral_losses"},
     {Kind::entropy, "entropy"},
     {Kind::entropy_unweighted, "entropy_unweighted"},
     {Kind::entropy_hybrid, "entropy_hybrid"},
     {Kind::weighted_cosine, "weighted_cosine"},
     {Kind::stein_scott, "stein_scott"},
     {Kind::reverse, "reverse"}}};

/// As spectral networks of GNPS are made: Watrous et al., PNAS 109, E1743, 2012; Wang et al., Nat
/// Biotechnol 34, 828, 2016.
SimilarityRule gnps() {
  SimilarityRule rule = default_rule(Kind::modified_cosine);
  rule.intensity_power = 0.5;
  rule.cleaning.around_precursor = 17;
  rule.cleaning.window_peaks = 6;
  rule.min_matched = 6;
  rule.min_score = 0.7;
  return rule;
}

/// Horai et al., J Mass Spectrom 45, 703, 2010.
SimilarityRule massbank() {
  SimilarityRule rule = default_rule(Kind::weighted_cosine);
  rule.tolerance = {0, 0.3};
  rule.cleaning.noise_floor = 0.005;
  rule.min_matched = 3;
  return rule;
}

/// Li and Fiehn, Nat Methods 20, 1475, 2023.
SimilarityRule flash_entropy() {
  SimilarityRule rule = default_rule(Kind::entropy);
  rule.cleaning.below_precursor = 1.6;
  rule.cleaning.merge_within = {0, 0.05};
  return rule;
}

/// Spectra of electron ionisation: whole masses, heavy peaks weigh more. Powers of Kim et al.,
/// Bioinformatics 28, 1158, 2012.
SimilarityRule electron() {
  SimilarityRule rule = default_rule(Kind::weighted_cosine);
  rule.mz_power = 1.3;
  rule.intensity_power = 0.53;
  rule.cleaning.unit_mass = UnitMass::round;
  rule.cleaning.noise_floor = 0.001;
  rule.cleaning.merge_within = {0, 0.05};  // no whole masses do; it says that they stand apart
  return rule;
}

/// Stein and Scott, J Am Soc Mass Spectrom 5, 859, 1994, on peaks of the rule above.
SimilarityRule composite_of_stein_and_scott() {
  SimilarityRule rule = default_rule(Kind::stein_scott);
  rule.cleaning = electron().cleaning;
  return rule;
}

/// The same with the power of m/z that NIST's search is said to have.
SimilarityRule nist() {
  SimilarityRule rule = composite_of_stein_and_scott();
  rule.mz_power = 1.3;
  return rule;
}

const std::vector<std::pair<std::string, SimilarityRule (*)()>>& presets() {
  static const std::vector<std::pair<std::string, SimilarityRule (*)()>> kAll = {
      {"gnps", gnps},   {"massbank", massbank}, {"entropy", flash_entropy},
      {"ei", electron}, {"nist", nist},         {"stein-scott", composite_of_stein_and_scott}};
  return kAll;
}

Json optional_number(const std::optional<double>& value) {
  return value ? Json(*value) : Json();
}

std::optional<double> optional_number(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional(json.get<double>());
}

Json widths(const Tolerance& tolerance) {
  return {{"ppm", tolerance.ppm}, {"dalton", tolerance.dalton}};
}

Tolerance widths(const Json& json) {
  return {json.at("ppm").get<double>(), json.at("dalton").get<double>()};
}

Json to_json(const CleaningRule& rule) {
  return {{"below_precursor", optional_number(rule.below_precursor)},
          {"around_precursor", optional_number(rule.around_precursor)},
          {"merge_within", widths(rule.merge_within)},
          {"unit_mass", to_string(rule.unit_mass)},
          {"noise_floor", rule.noise_floor},
          {"window_peaks", rule.window_peaks},
          {"window", rule.window},
          {"max_peaks", rule.max_peaks}};
}

CleaningRule cleaning_rule(const Json& json) {
  CleaningRule rule;
  rule.below_precursor = optional_number(json.at("below_precursor"));
  rule.around_precursor = optional_number(json.at("around_precursor"));
  rule.merge_within = widths(json.at("merge_within"));
  // Rules that were written before there were any do not name it.
  if (json.contains("unit_mass")) {
    rule.unit_mass = parse_unit_mass(json.at("unit_mass").get<std::string>());
  }
  rule.noise_floor = json.at("noise_floor").get<double>();
  rule.window_peaks = json.at("window_peaks").get<std::size_t>();
  rule.window = json.at("window").get<double>();
  rule.max_peaks = json.at("max_peaks").get<std::size_t>();
  return rule;
}

}  // namespace

const std::vector<SimilarityKind>& similarity_kinds() {
  static const auto kKinds = [] {
    std::vector<SimilarityKind> all;
    for (const auto& [kind, name] : kKindNames) all.push_back(kind);
    return all;
  }();
  return kKinds;
}

std::string_view to_string(SimilarityKind kind) {
  return std::ranges::find(kKindNames, kind, [](const auto& known) { return known.first; })->second;
}

SimilarityKind parse_similarity_kind(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& [kind, known] : kKindNames) {
    if (known == name) return kind;
    names.push_back(known);
  }
  throw UsageError(fmt::format("\"{}\" is not a score of two spectra; expected one of {}",
                               one_line(name, 80), fmt::join(names, ", ")));
}

bool needs_precursor(SimilarityKind kind) {
  return kind == Kind::modified_cosine || kind == Kind::modified_cosine_hungarian ||
         kind == Kind::neutral_losses || kind == Kind::entropy_hybrid;
}

bool is_entropy(SimilarityKind kind) {
  return kind == Kind::entropy || kind == Kind::entropy_unweighted || kind == Kind::entropy_hybrid;
}

SimilarityRule default_rule(SimilarityKind kind) {
  SimilarityRule rule;
  rule.kind = kind;
  if (kind == Kind::weighted_cosine) {
    rule.mz_power = 2;
    rule.intensity_power = 0.5;
  }
  if (kind == Kind::stein_scott) {
    rule.mz_power = 3;
    rule.intensity_power = 0.5;
  }
  if (is_entropy(kind)) rule.cleaning.noise_floor = 0.01;
  return completed(rule);
}

const std::vector<std::string>& preset_names() {
  static const auto kNames = [] {
    std::vector<std::string> all;
    for (const auto& [name, make] : presets()) all.push_back(name);
    return all;
  }();
  return kNames;
}

SimilarityRule parse_preset(std::string_view name) {
  for (const auto& [known, make] : presets()) {
    if (known != name) continue;
    SimilarityRule rule = make();
    rule.preset = known;
    return rule;
  }
  throw UsageError(fmt::format("\"{}\" is not a preset of scores; expected one of {}",
                               one_line(name, 80), fmt::join(preset_names(), ", ")));
}

SimilarityRule completed(SimilarityRule rule) {
  const auto [ppm, dalton] = rule.tolerance;
  if (!(ppm >= 0 && dalton >= 0 && ppm + dalton > 0) || ppm > 1e5 || dalton > 10) {
    throw UsageError(fmt::format("{}: peaks cannot be matched within that; expected at most 10 Da",
                                 to_string(rule.tolerance)));
  }
  if (!std::isfinite(rule.mz_power) || !std::isfinite(rule.intensity_power) ||
      std::abs(rule.mz_power) > 10 || std::abs(rule.intensity_power) > 10) {
    throw UsageError("the powers of m/z and intensity are expected from -10 to 10");
  }
  if (is_entropy(rule.kind)) {
    auto& width = rule.cleaning.merge_within;
    width = {std::max(width.ppm, 2 * ppm), std::max(width.dalton, 2 * dalton)};
  }
  return rule;
}

Json to_json(const SimilarityRule& rule) {
  return {{"preset", rule.preset},
          {"score", to_string(rule.kind)},
          {"tolerance", widths(rule.tolerance)},
          {"mz_power", rule.mz_power},
          {"intensity_power", rule.intensity_power},
          {"cleaning", to_json(rule.cleaning)},
          {"min_matched", rule.min_matched},
          {"min_score", rule.min_score}};
}

SimilarityRule similarity_rule(const Json& json) {
  SimilarityRule rule;
  rule.preset = json.at("preset").get<std::string>();
  rule.kind = parse_similarity_kind(json.at("score").get<std::string>());
  rule.tolerance = widths(json.at("tolerance"));
  rule.mz_power = json.at("mz_power").get<double>();
  rule.intensity_power = json.at("intensity_power").get<double>();
  rule.cleaning = cleaning_rule(json.at("cleaning"));
  rule.min_matched = json.at("min_matched").get<std::size_t>();
  rule.min_score = json.at("min_score").get<double>();
  return completed(rule);
}

}  // namespace specbridge
