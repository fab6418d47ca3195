#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "samples/cohort.h"
#include "samples/cohort_figures.h"
#include "samples/nested_folds.h"

namespace specbridge {

/// What became of labels that were permuted between subjects.
struct PermutedLabels {
  std::vector<double> aucs;  ///< of the permutations
  /// How often chance alone reaches the observed AUC, the observed one counted as one of them.
  double p_value(double observed) const;
  double mean() const;
  Interval percent95() const;  ///< 2.5 to 97.5 of every 100 of them
};

/// All that a fit found out.
struct CohortReport {
  const Cohort& cohort;
  SampleRule rule;
  MeasuredCohort measured;
  HeldOutChances held_out;
  NestedSettings settings;
  double ridge = 0;  ///< of the classifier of all samples
  std::optional<PermutedLabels> permuted = {};
  bool grouped = false;  ///< subjects were named
};

/// The class that most samples are of, and what calling it always would reach.
struct MajorityBaseline {
  std::size_t class_number = 0;
  double accuracy = 0, macro_f1 = 0;
};
MajorityBaseline majority_baseline(const Cohort& cohort);

/// Sentences on what the figures leave open.
std::vector<std::string> cohort_notes(const CohortReport& report);
Json to_json(const CohortReport& report);
/// The same as a table for people; ends with a line feed.
std::string to_table(const CohortReport& report);

/// What each sample was taken for while its subject was held out: a table with a header.
/// @param samples of the table that the cohort is of
std::string predictions_table(const CohortReport& report, const std::vector<Sample>& samples);

}  // namespace specbridge
