#include "stats/kernel_logistic.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <utility>

#include "base/matrix.h"

namespace specbridge {
namespace {

using Values = std::vector<double>;

constexpr int kMostNewtonSteps = 100;
constexpr double kSettled = 1e-10;         // change of a decision
constexpr double kLeastCurvature = 1e-12;  // of a case whose outcome is beyond doubt

/// What a fit works on.
struct CaseProducts {
  std::span<const double> products;
  std::span<const char> outcomes;
  double ridge;

  std::size_t size() const { return outcomes.size(); }
  std::span<const double> row(std::size_t i) const { return products.subspan(i * size(), size()); }
};

/// A point on the way, and the decisions on the cases there.
struct NewtonPoint {
  KernelLogistic fit;
  Values decisions;
  double loss = 0;
};

/// log(1 + exp(-margin)) without overflow.
double log_loss(double margin) {
  return margin > 0 ? std::log1p(std::exp(-margin)) : std::log1p(std::exp(margin)) - margin;
}

NewtonPoint point_at(const CaseProducts& cases, KernelLogistic fit) {
  NewtonPoint point{std::move(fit), Values(cases.size()), 0};
  double squares = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto row = cases.row(i);
    const double sum = dot(row, std::span<const double>(point.fit.shares));
    point.decisions[i] = sum + point.fit.constant;
    point.loss += log_loss(cases.outcomes[i] != 0 ? point.decisions[i] : -point.decisions[i]);
    squares += sum * point.fit.shares[i];
  }
  point.loss += cases.ridge / 2 * squares;
  return point;
}

/// The lower triangle L of a symmetric, positive definite matrix L L^T, in place [n, n].
void factorize(Values& matrix, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    double* const row = &matrix[i * n];
    for (std::size_t k = 0; k <= i; ++k) {
      const double* const other = &matrix[k * n];
      const double rest = row[k] - dot(std::span<const double>(row, k), {other, k});
      row[k] = k < i ? rest / other[k] : std::sqrt(rest);
    }
  }
}

/// Solves L L^T x = right.
Values solve_factorized(const Values& lower, Values right) {
  const std::size_t n = right.size();
  for (std::size_t i = 0; i < n; ++i) {
    const double* const row = &lower[i * n];
    right[i] = (right[i] - dot(std::span<const double>(row, i), {right.data(), i})) / row[i];
  }
  for (std::size_t i = n; i-- > 0;) {
    right[i] /= lower[i * n + i];
    for (std::size_t k = 0; k < i; ++k) right[k] -= lower[i * n + k] * right[i];
  }
  return right;
}

/// Where the quadratic approximation at a point has its minimum.
KernelLogistic newton_target(const CaseProducts& cases, const Values& decisions) {
  const std::size_t n = cases.size();
  Values root(n), working(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double chance = logistic(decisions[i]);
    root[i] = std::sqrt(std::max(chance * (1 - chance), kLeastCurvature));
    working[i] = root[i] * decisions[i] + (cases.outcomes[i] - chance) / root[i];
  }
  Values matrix(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = cases.row(i);
    for (std::size_t k = 0; k <= i; ++k) matrix[i * n + k] = root[i] * row[k] * root[k];
    matrix[i * n + i] += cases.ridge;
  }
  factorize(matrix, n);
  const Values pull = solve_factorized(matrix, working), level = solve_factorized(matrix, root);
  KernelLogistic target{Values(n), 0};
  target.constant =
      dot(std::span<const double>(root), pull) / dot(std::span<const double>(root), level);
  for (std::size_t i = 0; i < n; ++i) {
    target.shares[i] = root[i] * (pull[i] - target.constant * level[i]);
  }
  return target;
}

KernelLogistic between(const KernelLogistic& a, const KernelLogistic& b, double length) {
  KernelLogistic middle = a;
  for (std::size_t i = 0; i < a.shares.size(); ++i) {
    middle.shares[i] += length * (b.shares[i] - a.shares[i]);
  }
  middle.constant += length * (b.constant - a.constant);
  return middle;
}

/// The objective is convex: a step that overshoots is halved until it does not.
NewtonPoint newton_step(const CaseProducts& cases, const NewtonPoint& from) {
  const KernelLogistic target = newton_target(cases, from.decisions);
  for (double length = 1; length > 1e-6; length /= 2) {
    NewtonPoint next = point_at(cases, between(from.fit, target, length));
    if (next.loss <= from.loss) return next;
  }
  return from;
}

}  // namespace

double logistic(double decision) {
  return decision > 0 ? 1 / (1 + std::exp(-decision))
                      : std::exp(decision) / (1 + std::exp(decision));
}

KernelLogistic fit_kernel_logistic(std::span<const double> products, std::span<const char> outcomes,
                                   double ridge) {
  const auto ones = std::ranges::count_if(outcomes, [](char outcome) { return outcome != 0; });
  if (ones == 0 || ones == std::ssize(outcomes) || !(ridge > 0) ||
      products.size() != outcomes.size() * outcomes.size()) {
    throw std::invalid_argument("a logistic regression needs both outcomes and a ridge above 0");
  }
  const CaseProducts cases{products, outcomes, ridge};
  const auto zeros = static_cast<double>(std::ssize(outcomes) - ones);
  NewtonPoint point =
      point_at(cases, {Values(outcomes.size()), std::log(static_cast<double>(ones) / zeros)});
  for (int step = 0; step < kMostNewtonSteps; ++step) {
    NewtonPoint next = newton_step(cases, point);
    double moved = 0;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      moved = std::max(moved, std::abs(next.decisions[i] - point.decisions[i]));
    }
    point = std::move(next);
    if (moved < kSettled) break;
  }
  return point.fit;
}

}  // namespace specbridge
