#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/matrix.h"
#include "samples/classifier.h"
#include "specbridge/context.h"

namespace specbridge {

/// Samples to learn classes from, by the subjects that they are of.
struct LabelledRows {
  const Matrix& rows;                       ///< [samples, width]
  std::span<const std::size_t> subject_of;  ///< of the samples
  std::span<const std::size_t> class_of_subject;
  std::size_t class_count = 2;

  std::size_t class_of(std::size_t sample) const { return class_of_subject[subject_of[sample]]; }
};

struct NestedSettings {
  std::size_t folds = 5;
  std::vector<double> ridges;  ///< to choose from, ascending
  std::uint64_t seed = 1;
};

/// What every sample is taken for by a classifier that has not seen its subject.
struct HeldOutChances {
  std::vector<std::size_t> fold_of;  ///< of the samples
  std::vector<double> ridges;        ///< that were chosen, by fold
  ClassChances chances;
};

/// Cross-validation by subject, stratified by class; within each fold's training the ridge is
/// chosen by another one of the same kind: the one with the least sum of -log(chance of the true
/// class), of equals the largest. Each class needs subjects enough: see check_folds().
HeldOutChances nested_cross_validation(const LabelledRows& data, const NestedSettings& settings);

/// The ridge that the inner choice takes for some samples. @param stream of random folds
double choose_ridge(const LabelledRows& data, std::span<const std::size_t> samples,
                    const NestedSettings& settings, std::uint64_t stream);

/// The whole procedure with classes dealt out anew between the subjects, `times` times; what
/// `figure` makes of each. The same on any number of threads. @throws Interrupted
std::vector<double> permuted_figures(
    const LabelledRows& data, const NestedSettings& settings, std::size_t times,
    const RunContext& context,
    const std::function<double(const LabelledRows&, const HeldOutChances&)>& figure);

}  // namespace specbridge
