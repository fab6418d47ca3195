#pragma once

#include <span>
#include <vector>

namespace specbridge {

/// A logistic regression on many values of few cases, by the cases: the decision on a case x is the
/// sum of shares[i] times the inner product of x and case i, and the constant; the chance of
/// outcome 1 is 1 / (1 + exp(-decision)). The weights of the values are the sums of shares[i] times
/// the values of case i.
struct KernelLogistic {
  std::vector<double> shares;  ///< of the cases; they sum to 0
  double constant = 0;
};

/// The one under which the outcomes are most likely, less `ridge` / 2 times the squares of the
/// weights of the values; the constant is not penalised. Newton's method on the inner products
/// alone, so that its cost grows with the cases and not with the values.
/// Source: Rasmussen and Williams, "Gaussian processes for machine learning", 2006, section 3.4
/// (the form of the step); the objective is that of ridge logistic regression.
/// @param products inner products of the cases [cases, cases]
/// @param outcomes 0 or 1; both must be there @param ridge positive
/// @throws std::invalid_argument
KernelLogistic fit_kernel_logistic(std::span<const double> products, std::span<const char> outcomes,
                                   double ridge);

/// The chance of outcome 1 of a decision.
double logistic(double decision);

}  // namespace specbridge
