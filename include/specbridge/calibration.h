#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace specbridge {

/// How probabilities came out on spectra whose molecules they were not fitted to, the truth being
/// absent for the stated share of queries.
struct ProbabilityFigures {
  std::size_t answers = 0;    ///< first answers, with the truth and without it
  double expected_error = 0;  ///< mean difference of probability and outcome, in ten bins
  /// Mean difference of the probability that the truth is present and the outcome; nothing: the
  /// model does not tell it.
  std::optional<double> present_error = {};
  /// AUROC of telling queries whose truth is absent: by the probability that it is present, where
  /// the model tells it, else by that of the first answer.
  double absent_by_probability = 0;
  double absent_by_margin = 0;  ///< the same by the margin between first and second alone
};

/// How the kinds of evidence of a model are weighed against each other.
struct Calibration {
  /// By kind of evidence: "cosine", "fragments", "library"; "library_found" is what it is worth to
  /// have a library spectrum at all; "cosine_with_library" is what the weight of the cosine gains
  /// for each 1 of the best similarity that a candidate of the query has.
  std::map<std::string, double> weights;
  /// Weights of the probability that a first answer is right, by what it is worked out from; empty:
  /// the model gives none.
  std::map<std::string, double> first_answer;
  /// The same for the probability that the right one is among the candidates at all; empty: the
  /// model does not tell it.
  std::map<std::string, double> truth_present;
  /// Isomers that are made of a first answer, to compare its fragment score with; 0: none.
  std::size_t made_isomers = 0;
  double absent = 0.5;  ///< share of queries whose truth is taken to be absent
  /// Candidates that a query may have for the probability to be known: nearly all had so many where
  /// it was fitted.
  std::size_t fewest_candidates = 1, most_candidates = 1;
  std::optional<ProbabilityFigures> probability;
  std::size_t spectra = 0, molecules = 0;  ///< that they were fitted to
  /// Mean reciprocal rank over those spectra: of each kind alone, and of "fused", where each half
  /// of the molecules is ranked under weights that were fitted to the other half.
  std::map<std::string, double> mrr;
};

}  // namespace specbridge
