#include "stats/kernel_logistic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "base/random.h"

namespace specbridge {
namespace {

/// Cases of some numbers each, drawn at random, and outcomes that depend on the first of them.
struct Drawn {
  Drawn(std::size_t cases, std::size_t numbers) : width(numbers) {
    Random random(3);
    for (std::size_t i = 0; i < cases; ++i) {
      for (std::size_t k = 0; k < numbers; ++k) values.push_back(random.normal());
      outcomes.push_back(values[i * numbers] + random.normal() > 0.3 ? 1 : 0);
    }
    for (std::size_t i = 0; i < cases; ++i) {
      for (std::size_t j = 0; j < cases; ++j) products.push_back(product(i, j));
    }
  }
  double product(std::size_t i, std::size_t j) const {
    return std::inner_product(&values[i * width], &values[i * width] + width, &values[j * width],
                              0.0);
  }
  /// The weights of the numbers, from the shares of the cases.
  std::vector<double> weights(const KernelLogistic& fit) const {
    std::vector<double> sums(width);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      for (std::size_t k = 0; k < width; ++k) sums[k] += fit.shares[i] * values[i * width + k];
    }
    return sums;
  }
  /// What is left of the outcome of a case.
  double residual(const KernelLogistic& fit, std::size_t i) const {
    const auto w = weights(fit);
    const double sum =
        std::inner_product(w.begin(), w.end(), &values[i * width], 0.0) + fit.constant;
    return outcomes[i] - 1 / (1 + std::exp(-sum));
  }

  std::size_t width;
  std::vector<double> values, products;
  std::vector<char> outcomes;
};

void expect_flat_objective(const Drawn& drawn, double ridge) {
  const auto fit = fit_kernel_logistic(drawn.products, drawn.outcomes, ridge);
  const auto weights = drawn.weights(fit);
  double constant = 0;
  std::vector<double> slope = weights;
  for (double& value : slope) value *= -ridge;
  for (std::size_t i = 0; i < drawn.outcomes.size(); ++i) {
    const double rest = drawn.residual(fit, i);
    constant += rest;
    for (std::size_t k = 0; k < drawn.width; ++k)
      slope[k] += rest * drawn.values[i * drawn.width + k];
  }
  EXPECT_NEAR(constant, 0, 1e-8);
  for (const double value : slope) EXPECT_NEAR(value, 0, 1e-7);
}

TEST(KernelLogistic, HasNoSlopeInItsWeightsNorInItsConstant) {
  for (const double ridge : {0.01, 1.0, 100.0}) {
    expect_flat_objective(Drawn(40, 5), ridge);
    expect_flat_objective(Drawn(20, 60), ridge);  // more numbers than cases
  }
}

TEST(KernelLogistic, OfNumbersThatSayNothingIsTheShareOfOutcomes) {
  const std::vector<double> nothing(16);
  const auto fit = fit_kernel_logistic(nothing, std::vector<char>{1, 1, 1, 0}, 1);
  EXPECT_NEAR(fit.constant, std::log(3), 1e-9);
}

TEST(KernelLogistic, StaysFiniteWhereOutcomesCanBeTold) {
  const std::vector<double> products = {1e6, -1e6, -1e6, 1e6};
  const auto fit = fit_kernel_logistic(products, std::vector<char>{1, 0}, 1e-3);
  EXPECT_GT(fit.shares[0], 0);
  EXPECT_TRUE(std::isfinite(fit.shares[0] * 1e6));
  EXPECT_NEAR(fit.shares[0], -fit.shares[1], 1e-12);
}

TEST(KernelLogistic, NeedsBothOutcomesAndARidge) {
  const std::vector<double> products(4, 1);
  EXPECT_THROW(fit_kernel_logistic(products, std::vector<char>{1, 1}, 1), std::invalid_argument);
  EXPECT_THROW(fit_kernel_logistic(products, std::vector<char>{1, 0}, 0), std::invalid_argument);
}

TEST(Logistic, IsFiniteFarOut) {
  EXPECT_EQ(logistic(0), 0.5);
  EXPECT_EQ(logistic(1000), 1);
  EXPECT_EQ(logistic(-1000), 0);
}

}  // namespace
}  // namespace specbridge
