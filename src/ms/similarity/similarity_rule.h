#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "ms/similarity/peak_cleaning.h"
#include "specbridge/tolerance.h"

namespace specbridge {

/// How alike two spectra are. Definitions and sources: docs/method/similarity.md.
enum class SimilarityKind {
  cosine,                     ///< peaks paired greedily, the largest product first
  cosine_hungarian,           ///< the pairing of the largest sum
  cosine_linear,              ///< peaks merged until a pairing by order is the only one (SIRIUS)
  modified_cosine,            ///< pairs also where m/z differ as the precursors do
  modified_cosine_hungarian,  ///< the same with the pairing of the largest sum
  neutral_losses,             ///< pairs of equal losses only
  entropy,                    ///< weighted spectral entropy
  entropy_unweighted,         ///< the same of the intensities as they are
  entropy_hybrid,             ///< weighted, pairs also where m/z differ as the precursors do
  weighted_cosine,            ///< cosine of m/z^a intensity^b
  stein_scott,                ///< composite of weighted cosine and ratios of neighbouring peaks
  reverse,                    ///< cosine without the query's peaks that the reference lacks
};

/// All kinds, in the order in which they are listed to users.
const std::vector<SimilarityKind>& similarity_kinds();
/// "cosine", "cosine_hungarian", ...
std::string_view to_string(SimilarityKind kind);
/// @throws UsageError naming all kinds
SimilarityKind parse_similarity_kind(std::string_view name);
/// Whether spectra without a precursor m/z cannot be compared.
bool needs_precursor(SimilarityKind kind);
/// Whether it is a spectral entropy, of which each pair of peaks adds its own part.
bool is_entropy(SimilarityKind kind);

/// Everything that decides the similarity of two spectra, and which are similar enough.
struct SimilarityRule {
  std::string preset;  ///< the name of the rule it was made from; empty: that of its kind
  SimilarityKind kind = SimilarityKind::cosine;
  /// Of fragments. ppm are those of the mean of both m/z, so that both directions agree.
  Tolerance tolerance = {0, 0.02};
  double mz_power = 0, intensity_power = 1;
  CleaningRule cleaning;
  std::size_t min_matched = 1;  ///< pairs with fewer matched peaks are not reported
  double min_score = 0;         ///< nor those below
};

/// The rule that a score stands for when nothing else is said: 0.02 Da, the powers of its source,
/// peaks as they are (entropy: those below 1 % dropped, merged within twice the tolerance).
SimilarityRule default_rule(SimilarityKind kind);
/// Rules by the name of who made them common: "gnps", "massbank", "entropy", and of
/// spectra of electron ionisation "ei", "nist", "stein-scott". @throws UsageError
SimilarityRule parse_preset(std::string_view name);
const std::vector<std::string>& preset_names();
/// Merges peaks as far as the kind demands: entropy pairs peaks by their order, which is only right
/// where they stand more than twice the tolerance apart. Whoever changes the tolerance of a rule
/// calls it. @throws UsageError for powers or tolerances that no score can have
SimilarityRule completed(SimilarityRule rule);

/// The rule as run.json and manifests state it.
Json to_json(const SimilarityRule& rule);
/// The same read back. @throws std::exception of what is missing or of another type, UsageError
SimilarityRule similarity_rule(const Json& json);

}  // namespace specbridge
