#include "stats/hypergeometric.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace specbridge {
namespace {

/// How far Stirling's formula is from log(n!): log(n!) - log(sqrt(2 pi n) (n/e)^n).
double stirling_error(double n) {
  constexpr double kSmall = 16;
  if (n < kSmall) {
    return std::lgamma(n + 1) - (n + 0.5) * std::log(n) + n - std::log(2 * std::numbers::pi) / 2;
  }
  constexpr std::array kTerms = {1. / 12,    -1. / 360, 1. / 1260,
                                 -1. / 1680, 1. / 1188, -691. / 360360};
  double sum = 0;
  for (auto term = kTerms.rbegin(); term != kTerms.rend(); ++term) sum = sum / (n * n) + *term;
  return sum / n;
}

/// x log(x/mean) + mean - x without loss of digits where x is close to the mean.
double deviance(double x, double mean) {
  if (std::abs(x - mean) >= 0.1 * (x + mean)) return x * std::log(x / mean) + mean - x;
  const double v = (x - mean) / (x + mean);
  double sum = (x - mean) * v, power = 2 * x * v;
  for (int odd = 3;; odd += 2) {
    power *= v * v;
    const double next = sum + power / odd;
    if (next == sum) return sum;
    sum = next;
  }
}

/// Log of the binomial chance of x hits in n trials, each with chance p = 1 - q, 0 < p < 1.
double log_binomial(double x, double n, double p, double q) {
  if (x == 0) return p < 0.1 ? n * std::log1p(-p) : n * std::log(q);
  if (x == n) return q < 0.1 ? n * std::log1p(-q) : n * std::log(p);
  return stirling_error(n) - stirling_error(x) - stirling_error(n - x) - deviance(x, n * p) -
         deviance(n - x, n * q) + std::log(n / (2 * std::numbers::pi * x * (n - x))) / 2;
}

}  // namespace

// As a quotient of binomial chances with the mean of the urn, whose logs are small where the
// result is not: differences of log factorials would lose as many digits as the urn's size has.
// Source: Loader, "Fast and accurate computation of binomial probabilities", 2000.
double chance_of_marked(const Urn& urn, std::size_t count) {
  const std::size_t all = urn.marked + urn.others;
  if (count > urn.marked || count > urn.drawn || urn.drawn - count > urn.others) return 0;
  if (urn.drawn == 0 || urn.drawn == all) return 1;
  const auto number = [](std::size_t n) { return static_cast<double>(n); };
  const double p = number(urn.drawn) / number(all), q = number(all - urn.drawn) / number(all);
  return std::exp(log_binomial(number(count), number(urn.marked), p, q) +
                  log_binomial(number(urn.drawn - count), number(urn.others), p, q) -
                  log_binomial(number(urn.drawn), number(all), p, q));
}

// Ball by ball: a sum of positive terms. Which kind of ball is gone through does not matter to the
// result, so the shorter way is taken; it ends early once a further ball changes nothing.
double chance_of_any_marked(const Urn& urn) {
  const std::size_t steps = std::min(urn.marked, urn.drawn);
  const auto width = static_cast<double>(std::max(urn.marked, urn.drawn));
  const auto all = static_cast<double>(urn.marked + urn.others);
  constexpr double kNothing = 1e-18;
  double any = 0, none = 1;
  for (std::size_t i = 0; i < steps && none > kNothing; ++i) {
    const double here = std::min(width / (all - static_cast<double>(i)), 1.0);
    any += none * here;
    none *= 1 - here;
  }
  return std::min(any, 1.0);
}

}  // namespace specbridge
