#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/matrix.h"

namespace specbridge {

/// Chances of the classes of samples, each row sums to 1 [samples][classes].
using ClassChances = std::vector<std::vector<double>>;

/// Inner products of standardised rows, divided by their width. Means and deviations are those of
/// the rows to learn from; a number that is the same in all of them counts as 0 in every row.
struct FoldProducts {
  std::vector<double> learned;  ///< [learned, learned]
  std::vector<double> asked;    ///< of each that is asked for with each learned [asked, learned]
};
FoldProducts fold_products(const Matrix& rows, std::span<const std::size_t> learned,
                           std::span<const std::size_t> asked);

/// Logistic regression with an L2 penalty. Of two classes it is one decision, for the second; of
/// more, one for each class against the others, whose chances are divided by their sum. What is
/// minimised: the sum over samples of -log(chance of what came out), and ridge x width / 2 times
/// the squares of the weights of the standardised numbers. The constant is not penalised.
/// @param classes of the samples that are learned from; every class must be there
/// @return of those that are asked for
ClassChances asked_chances(const FoldProducts& products, std::span<const std::size_t> classes,
                           std::size_t class_count, double ridge);

/// The same as weights.
struct Classifier {
  std::vector<double> means, deviations;     ///< of the numbers of a row [width]; deviation >= 0
  std::vector<std::vector<double>> weights;  ///< of standardised numbers [decisions][width]
  std::vector<double> constants;             ///< [decisions]
  std::vector<double> decisions_on(std::span<const float> row) const;
  /// How the decision for a class changes with the numbers of a row [width].
  std::vector<double> weights_of_row(std::size_t class_number) const;
  std::vector<double> chances_of(std::span<const float> row) const;
};
Classifier fit_classifier(const Matrix& rows, std::span<const std::size_t> classes,
                          std::size_t class_count, double ridge);

/// Chances of decisions: one of two classes, or one for each.
std::vector<double> chances_of_decisions(std::span<const double> decisions);

}  // namespace specbridge
