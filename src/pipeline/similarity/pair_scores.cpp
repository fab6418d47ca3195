#include "pipeline/similarity/pair_scores.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

void apply(const SimilaritySettings& settings, SimilarityRule& rule) {
  if (settings.tolerance) rule.tolerance = *settings.tolerance;
  if (settings.mz_power) rule.mz_power = *settings.mz_power;
  if (settings.intensity_power) rule.intensity_power = *settings.intensity_power;
  if (settings.unit_mass) rule.cleaning.unit_mass = *settings.unit_mass;
  if (settings.noise_floor) rule.cleaning.noise_floor = *settings.noise_floor;
  if (settings.max_peaks) rule.cleaning.max_peaks = *settings.max_peaks;
  if (settings.below_precursor) rule.cleaning.below_precursor = settings.below_precursor;
  if (settings.around_precursor) rule.cleaning.around_precursor = settings.around_precursor;
  if (settings.min_matched) rule.min_matched = *settings.min_matched;
  if (settings.min_score) rule.min_score = *settings.min_score;
}

SimilarityRule rule_with(SimilarityRule rule, const SimilaritySettings& settings) {
  apply(settings, rule);
  return completed(std::move(rule));
}

/// The rule of a kind before it is completed: what the default tolerance makes merge must not stay
/// when a finer one is asked for.
SimilarityRule base_rule(SimilarityKind kind) {
  SimilarityRule rule = default_rule(kind);
  rule.cleaning.merge_within = {0, 0};
  return rule;
}

PairScore score_called(const std::string& name, const SimilaritySettings& settings) {
  if (name == kVectorScore) return {name, {}};
  return {name, rule_with(base_rule(parse_similarity_kind(name)), settings)};
}

}  // namespace

std::vector<PairScore> pair_scores(const SimilarityConfig& config) {
  if (config.preset) {
    auto rule = rule_with(parse_preset(*config.preset), config.settings);
    return {{std::string(to_string(rule.kind)), std::move(rule)}};
  }
  std::vector<PairScore> scores;
  for (const auto& name : config.scores) {
    if (std::ranges::find(scores, name, &PairScore::name) != scores.end()) {
      throw UsageError(fmt::format("similarity: the score {} is asked for twice", name));
    }
    scores.push_back(score_called(name, config.settings));
  }
  if (scores.empty()) throw UsageError("similarity: no score is asked for; name one by --score");
  return scores;
}

PairLimits pair_limits(const SimilarityConfig& config, const PairScore& first) {
  if (first.rule) return {first.rule->min_matched, first.rule->min_score};
  return {0, config.settings.min_score.value_or(-1)};
}

bool has_vectors(const std::vector<PairScore>& scores) {
  return std::ranges::any_of(scores, [](const PairScore& score) { return !score.rule; });
}

}  // namespace specbridge
