#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ms/similarity/similarity_rule.h"
#include "specbridge/similarity.h"

namespace specbridge {

inline constexpr const char* kVectorScore = "vector";

/// A score of the table: of peaks by a rule, or of a model's vectors (no rule).
struct PairScore {
  std::string name;  ///< of the kind, or kVectorScore
  std::optional<SimilarityRule> rule;
};

/// Which pairs get a row, by the first score.
struct PairLimits {
  std::size_t min_matched = 0;
  double min_score = 0;
};

/// The scores that are asked for, each once. @throws UsageError
std::vector<PairScore> pair_scores(const SimilarityConfig& config);
PairLimits pair_limits(const SimilarityConfig& config, const PairScore& first);
bool has_vectors(const std::vector<PairScore>& scores);

}  // namespace specbridge
