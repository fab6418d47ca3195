#include "eval/random_baseline.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace specbridge {
namespace {

std::size_t position_of(std::size_t cutoff, const std::vector<std::size_t>& cutoffs) {
  const auto it = std::find(cutoffs.begin(), cutoffs.end(), cutoff);
  if (it == cutoffs.end()) throw std::logic_error("a recall was asked for at an unknown cutoff");
  return static_cast<std::size_t>(it - cutoffs.begin());
}

/// H_n = 1 + 1/2 + ... + 1/n. From 1000 on by Euler and Maclaurin; the first term left out is below
/// 1e-20.
double harmonic(std::size_t n) {
  if (n >= 1000) {
    const auto x = static_cast<double>(n);
    return std::log(x) + std::numbers::egamma + 1 / (2 * x) - 1 / (12 * x * x) +
           1 / (120 * x * x * x * x);
  }
  double sum = 0;
  for (std::size_t i = n; i > 0; --i) sum += 1 / static_cast<double>(i);
  return sum;
}

double mean(double sum, std::size_t count) {
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

}  // namespace

RandomBaseline::RandomBaseline(std::vector<std::size_t> cutoffs)
    : cutoffs_(std::move(cutoffs)), sums_(cutoffs_.size()) {}

void RandomBaseline::add(std::size_t pool_size, bool truth_in_pool) {
  ++count_;
  if (!truth_in_pool) return;
  if (pool_size == 0) throw std::logic_error("an empty pool holds no truth");
  const auto n = static_cast<double>(pool_size);
  reciprocals_ += harmonic(pool_size) / n;
  for (std::size_t i = 0; i < cutoffs_.size(); ++i) {
    sums_[i] += static_cast<double>(std::min(cutoffs_[i], pool_size)) / n;
  }
}

double RandomBaseline::recall(std::size_t cutoff) const {
  return mean(sums_[position_of(cutoff, cutoffs_)], count_);
}

double RandomBaseline::mrr() const {
  return mean(reciprocals_, count_);
}

}  // namespace specbridge
