#include "stats/choice_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace specbridge {
namespace {

using Row = std::vector<double>;
using Square = std::vector<Row>;

constexpr int kMostSteps = 100;
constexpr double kConverged = 1e-8;

void add(Row& sum, std::span<const double> other, double factor) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += factor * other[i];
}

double product(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// Logarithms of the chances of the alternatives of a choice under weights.
Row log_chances(const AlternativeTable& table, const Choice& choice, const Row& weights) {
  Row values;
  for (const auto row : choice.rows) values.push_back(product(table.row(row), weights));
  const double highest = *std::ranges::max_element(values);
  double sum = 0;
  for (const double value : values) sum += std::exp(value - highest);
  for (double& value : values) value -= highest + std::log(sum);
  return values;
}

/// Chances of the alternatives of a choice under weights.
Row chances(const AlternativeTable& table, const Choice& choice, const Row& weights) {
  Row values = log_chances(table, choice, weights);
  for (double& value : values) value = std::exp(value);
  return values;
}

/// The penalised log-likelihood's gradient and negative curvature at some weights.
struct Slope {
  Row gradient;
  Square curvature;
};

void add_choice(const AlternativeTable& table, const Choice& choice, const Row& chance,
                Slope& slope) {
  Row mean(table.kinds());
  for (std::size_t c = 0; c < chance.size(); ++c) add(mean, table.row(choice.rows[c]), chance[c]);
  add(slope.gradient, table.row(choice.rows[choice.chosen]), choice.weight);
  add(slope.gradient, mean, -choice.weight);
  for (std::size_t c = 0; c < chance.size(); ++c) {
    const auto row = table.row(choice.rows[c]);
    Row centred(row.begin(), row.end());
    add(centred, mean, -1);
    for (std::size_t i = 0; i < centred.size(); ++i) {
      add(slope.curvature[i], centred, choice.weight * chance[c] * centred[i]);
    }
  }
}

Slope slope_at(const AlternativeTable& table, std::span<const Choice* const> choices,
               const Row& weights, double ridge) {
  Slope slope{Row(weights.size()), Square(weights.size(), Row(weights.size()))};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    slope.gradient[i] = -ridge * weights[i];
    slope.curvature[i][i] = ridge;
  }
  for (const auto* choice : choices) {
    add_choice(table, *choice, chances(table, *choice, weights), slope);
  }
  return slope;
}

/// Solves a symmetric, positive definite system by elimination.
Row solve(Square matrix, Row right) {
  for (std::size_t i = 0; i < right.size(); ++i) {
    for (std::size_t k = i + 1; k < right.size(); ++k) {
      const double factor = matrix[k][i] / matrix[i][i];
      add(matrix[k], matrix[i], -factor);
      right[k] -= factor * right[i];
    }
  }
  Row solution(right.size());
  for (std::size_t i = right.size(); i-- > 0;) {
    double rest = right[i];
    for (std::size_t k = i + 1; k < right.size(); ++k) rest -= matrix[i][k] * solution[k];
    solution[i] = rest / matrix[i][i];
  }
  return solution;
}

double likelihood(const AlternativeTable& table, std::span<const Choice* const> choices,
                  const Row& weights, double ridge) {
  double sum = -ridge / 2 * product(weights, weights);
  for (const auto* choice : choices) {
    sum += choice->weight * log_chances(table, *choice, weights)[choice->chosen];
  }
  return sum;
}

}  // namespace

std::vector<double> spread_within(const AlternativeTable& table, std::span<const Choice> choices) {
  Row squares(table.kinds());
  double count = 0;
  for (const auto& choice : choices) {
    Row mean(table.kinds());
    for (const auto row : choice.rows) {
      add(mean, table.row(row), 1 / static_cast<double>(choice.rows.size()));
    }
    for (const auto row : choice.rows) {
      for (std::size_t i = 0; i < mean.size(); ++i) {
        const double centred = table.row(row)[i] - mean[i];
        squares[i] += centred * centred;
      }
    }
    count += static_cast<double>(choice.rows.size());
  }
  // Below this, a kind that is the same within every choice shows the rounding of its means.
  constexpr double kRounding = 1e-6;
  for (double& square : squares) {
    const double spread = count > 0 ? std::sqrt(square / count) : 0;
    square = spread > kRounding ? spread : 1;
  }
  return squares;
}

std::vector<double> scale_to_unit_spread(AlternativeTable& table, std::span<const Choice> choices) {
  auto spread = spread_within(table, choices);
  for (std::size_t i = 0; i < table.size(); ++i) {
    for (std::size_t kind = 0; kind < spread.size(); ++kind) table.row(i)[kind] /= spread[kind];
  }
  return spread;
}

std::vector<double> choice_weights(const AlternativeTable& table,
                                   std::span<const Choice* const> choices, double ridge) {
  Row weights(table.kinds());
  double reached = likelihood(table, choices, weights, ridge);
  // The likelihood is concave, so a step that overshoots is halved until it gains a fair part of
  // what its slope promises (Armijo's rule). Where nearly all choices are settled it is all but
  // flat and Newton's step has no bounds: none is longer than kLongest.
  constexpr double kFairPart = 1e-4, kShortest = 1e-12, kLongest = 2;
  for (int step = 0; step < kMostSteps; ++step) {
    const Slope slope = slope_at(table, choices, weights, ridge);
    Row direction = solve(slope.curvature, slope.gradient);
    double largest = 0;
    for (const double part : direction) largest = std::max(largest, std::abs(part));
    if (largest > kLongest) {
      for (double& part : direction) part *= kLongest / largest;
    }
    const double promised = product(slope.gradient, direction);
    double length = 1, found = reached;
    Row next = weights;
    for (; length > kShortest; length /= 2) {
      next = weights;
      add(next, direction, length);
      found = likelihood(table, choices, next, ridge);
      if (found >= reached + kFairPart * length * promised) break;
    }
    if (found - reached < kConverged) break;
    weights = next;
    reached = found;
  }
  return weights;
}

}  // namespace specbridge
