#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace specbridge {

/// An answer with how certain it is said to be.
struct GradedAnswer {
  double certainty = 0;  ///< a probability, where it is compared with outcomes
  bool right = false;
  double count = 1;  ///< how much it counts
};

/// The certainty of no answer at all: below those of answers, probabilities and margins alike.
inline constexpr double kNoAnswer = -1;

/// Answers of about one probability.
struct ReliabilityBin {
  double low = 0, high = 0;  ///< of the probabilities
  double answers = 0;        ///< sum of their counts
  double stated = 0;         ///< their mean probability
  double right = 0;          ///< the share of them that is right
};
/// Bins of equal width over [0, 1].
std::vector<ReliabilityBin> reliability(std::span<const GradedAnswer> answers,
                                        std::size_t bins = 10);
/// Expected calibration error: the mean difference between what bins state and what came out.
/// Source: Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
/// binning", 2015.
double expected_error(std::span<const ReliabilityBin> bins);

/// Area under the curve of risk (share of wrong answers) over coverage, the most certain answers
/// taken first, those of one certainty together. Lower is better. Source: Geifman and El-Yaniv,
/// "Selective classification for deep neural networks", 2017.
double risk_coverage_area(std::span<const GradedAnswer> answers);

/// The chance that a right one of some answers is more certain than a wrong one, equal certainty
/// counting half: the area under the ROC curve. 0.5 where all are right or all are wrong.
double ranking_quality(std::span<const GradedAnswer> answers);

/// What answers are ordered by.
enum class AnswerOrder {
  by_probability,  ///< that they are right: what these leave in doubt is feared, too
  by_score,        ///< of any kind
};
/// The share of wrong ones that must be feared among answers that are at least as probable as each,
/// or score as high: decoys that do, and one, or what their own probabilities leave in doubt where
/// that is more, over answers that do; no less than for those above.
/// @param answers their probabilities or scores
/// @param decoys those of answers that are known to be wrong
/// Source: Elias and Gygi, "Target-decoy search strategy", 2007, with one added as by Levitsky et
/// al., 2017.
/// @return by answer, in [0, 1]
std::vector<double> q_values(std::span<const double> answers, std::span<const double> decoys,
                             AnswerOrder order = AnswerOrder::by_probability);

/// The interval of a share, `hits` of `all`, with 95 % (Clopper and Pearson, 1934).
struct ShareInterval {
  double low = 0, high = 1;
};
ShareInterval share_interval(std::size_t hits, std::size_t all);

}  // namespace specbridge
