#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace specbridge {

/// A candidate as its pool writes it.
struct WrittenCandidate {
  std::string_view text;
  bool is_truth = false;
  bool is_canonical = false;     ///< RDKit would write this very text
  bool is_standardised = false;  ///< the program would write this very text
};

/// One pool twice: as the file writes it, and as the program spells it (each structure once, in
/// order of its text).
struct PoolTexts {
  std::vector<WrittenCandidate> written, standardised;
};

/// How often a rule that sees nothing but texts puts the truth first, over pools of distinct
/// truths. Where several texts are equally good, each is first with the same chance.
struct RuleResult {
  std::string rule;         ///< "longest text", ...
  double first = 0;         ///< pools whose truth is first
  double by_chance = 0;     ///< what a random choice would give on average
  double standardised = 0;  ///< the same rule on the standardised spelling
  double by_chance_standardised = 0;
  double p_chance = 1;  ///< of `first` or more by chance, times the number of rules tried
  double p_standardised_chance = 1;  ///< the same on the standardised spelling
  double p_excess = 1;  ///< that it beats the standardised spelling by luck, times the rules
};

/// What a rule's result means.
enum class RuleVerdict {
  nothing,  ///< no better than chance
  prior,    ///< better than chance, but no better than on the standardised spelling: chemistry
  leak,     ///< better than chance and than on the standardised spelling: the text tells
};

/// The level of significance, before the correction for the number of rules: 99.9 %.
constexpr double kLeakLevel = 0.001;

RuleVerdict verdict_of(const RuleResult& result);

/// Tries every rule in both directions: place in the list (ends, middle, the place that holds most
/// truths, counted from either end), length, repeated texts, alphabetical
/// order, canonical spelling, letter case, stereo marks, brackets, bond symbols, ring digits,
/// branches, fragments, and how unlike the other texts of its pool a text is.
/// @param pools one a distinct truth; pools without truth or without decoy are passed over
std::vector<RuleResult> try_text_rules(std::span<const PoolTexts> pools);

}  // namespace specbridge
