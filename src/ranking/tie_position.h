#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "specbridge/tie_rule.h"

namespace specbridge {

/// Where a truth stands in its pool.
struct TiePosition {
  std::size_t above = 0;  ///< other structures that score higher
  std::size_t tied = 0;   ///< other structures with the same score
};

/// 1 when the truth is among the first `cutoff`, else 0; with expected ties the share of orders in
/// which it is.
double hit_share(const TiePosition& standing, std::size_t cutoff, TieRule rule);
/// One over the rank; with expected ties its mean.
double reciprocal_rank(const TiePosition& standing, TieRule rule);
/// The rank, 1 = best; with expected ties its mean.
double rank_under(const TiePosition& standing, TieRule rule);

/// What the first structure's similarity is when several share the best score: the least, the mean
/// or the greatest of theirs. @param values at least one
double similarity_under(std::span<const double> values, TieRule rule);

/// A similarity of the first structure where several may share the best score.
struct FirstSimilarity {
  double value = 0;  ///< with expected ties the mean over all orders
  /// Where the truth shares the best score: the same over the orders in which it is not first.
  std::optional<double> on_miss;
};

/// @param truth the truth's own similarity when its score is the best @param others those of
/// others with the best score, a selection where these are many; one at least without `truth`
/// @param tied how many others have the best score
FirstSimilarity first_similarity(const std::optional<double>& truth, std::span<const double> others,
                                 std::size_t tied, TieRule rule);

}  // namespace specbridge
