#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stats/certainty.h"

namespace specbridge {

/// A first answer and how certain it is.
struct SureAnswer {
  double probability = 0;
  std::optional<double> second;  ///< what the second answer would have in its place
  double margin = 0;             ///< to the second
  bool right = false;
  std::optional<double> present = {};  ///< that the truth is a candidate at all, where that is told
};

/// The first answer to a query, and the one it would get were its truth not among the candidates.
struct QueryCertainty {
  std::optional<SureAnswer> with_truth, without_truth;
  bool truth_alone = false;  ///< without it no candidate is left, and nothing is answered
};

/// The q-value up to which answers are accepted in figures.
inline constexpr double kAcceptedQ = 0.05;

/// First answers when a share of the truths is absent.
struct CertaintyFigures {
  double absent = 0;     ///< share of queries that are asked without their truth
  double answers = 0;    ///< first answers, by what they count
  double right = 0;      ///< share of them
  double risk_area = 0;  ///< risk_coverage_area() by probability
  double risk_by_margin = 0;
  std::vector<ReliabilityBin> bins;
  double expected_error = 0;
  /// Of one draw of absent truths: answers with a q-value of at most kAcceptedQ, and the wrong
  /// ones.
  std::size_t accepted = 0, accepted_wrong = 0;
  ShareInterval wrong_share;  ///< of the accepted ones, with 95 %
};

/// How far probabilities and q-values can be trusted.
struct CertaintyReport {
  CertaintyFigures all_present;  ///< no truth is absent: probabilities are not of this case
  CertaintyFigures some_absent;  ///< the share that the model was calibrated for
  /// Expected error of the probability that the truth is present; nothing: it is not told.
  std::optional<double> present_error;
  /// AUROC of telling queries whose truth is absent: by the probability that it is present, where
  /// that is told, else by that of the first answer; no answer, since no candidate is there, says
  /// that it is, for certain.
  double absent_by_probability = 0;
  double absent_by_margin = 0;  ///< the same by the margin in place of the probability
  std::size_t truth_alone = 0;  ///< queries that have no answer without their truth
};

/// @param absent share of queries whose truth is absent @param seed of the draw of those
CertaintyReport report_certainty(std::span<const QueryCertainty> queries, double absent,
                                 std::uint64_t seed);

}  // namespace specbridge
