#pragma once

#include <cmath>
#include <string>

#include "base/text.h"

namespace specbridge {

/// Whether another structure's score pushes the truth down: ties do, a score that is not a number
/// never does, and a truth without a number is behind everything.
inline bool counts_against_truth(double other, double truth) {
  return std::isnan(truth) || other >= truth;
}

inline bool is_tie(double other, double truth) {
  return other == truth || (std::isnan(other) && std::isnan(truth));
}

/// Strict order, best first; what is not a number comes last.
inline bool scores_higher(double a, double b) {
  return std::isnan(b) ? !std::isnan(a) : a > b;
}

/// Shortest form that reads back to the same number, as a float32 where that is the same number: so
/// a float32 score has one text, whether it came from a model or was read from a table.
inline std::string score_text(double score) {
  const auto narrow = static_cast<float>(score);
  return static_cast<double>(narrow) == score ? shortest(narrow) : shortest(score);
}

}  // namespace specbridge
