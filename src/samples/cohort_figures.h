#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "samples/cohort.h"
#include "samples/nested_folds.h"
#include "stats/bootstrap.h"

namespace specbridge {

/// How well samples are told apart. What is without value is undefined.
struct CohortFigures {
  /// That a sample of a class has a higher chance of it than one of another, equal chances counting
  /// half: of two classes the area under the ROC curve, of more its mean over the classes. Only
  /// samples of one fold are compared: chances of several classifiers have no common scale, and one
  /// that was taught by fewer samples of a class expects fewer.
  std::optional<double> auc;
  /// Mean over classes of F1; of a class that nothing is taken for it is 0.
  std::optional<double> macro_f1;
  std::optional<double> accuracy, balanced_accuracy;
};

/// The class with the highest chance; of equals the first.
std::size_t called_class(std::span<const double> chances);

/// @param classes of the samples @param counts how often each sample counts
CohortFigures cohort_figures(std::span<const std::size_t> classes, const HeldOutChances& held_out,
                             std::span<const std::uint32_t> counts);

/// Figures with 95 % intervals that draw whole subjects.
struct MeasuredCohort {
  CohortFigures figures;
  std::optional<Interval> auc, macro_f1, accuracy, balanced_accuracy;
  std::vector<std::vector<std::size_t>> confusion;  ///< [true class][called class]
};
MeasuredCohort measure_cohort(const Cohort& cohort, const HeldOutChances& held_out,
                              const BootstrapSettings& settings);

}  // namespace specbridge
