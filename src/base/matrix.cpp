#include "base/matrix.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <stdexcept>

namespace specbridge {
namespace {

constexpr std::size_t kLanes = 16;

template <typename Number>
__attribute__((always_inline)) inline Number sum_of_products(std::span<const Number> a,
                                                             std::span<const Number> b) {
  std::array<Number, kLanes> sums{};
  const std::size_t whole = a.size() / kLanes * kLanes;
  const Number* x = a.data();
  const Number* y = b.data();
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += x[i + lane] * y[i + lane];
  }
  for (std::size_t i = whole; i < a.size(); ++i) sums[i - whole] += x[i] * y[i];
  for (std::size_t width = kLanes / 2; width > 0; width /= 2) {
    for (std::size_t lane = 0; lane < width; ++lane) sums[lane] += sums[lane + width];
  }
  return sums[0];
}

}  // namespace

MatrixView::MatrixView(std::span<const float> values, std::size_t rows, std::size_t cols)
    : values_(values), rows_(rows), cols_(cols) {
  if (values.size() != rows * cols) {
    throw std::invalid_argument(
        fmt::format("matrix of {} x {} over {} values", rows, cols, values.size()));
  }
}

// AVX2 without FMA on purpose: a fused multiply-add rounds once where SSE2 rounds twice, and the
// same library must give the same scores on every machine.
__attribute__((target_clones("avx2", "default"))) float dot(std::span<const float> a,
                                                            std::span<const float> b) {
  return sum_of_products(a, b);
}

__attribute__((target_clones("avx2", "default"))) double dot(std::span<const double> a,
                                                             std::span<const double> b) {
  return sum_of_products(a, b);
}

bool normalize(std::span<float> vector) {
  double squares = 0;
  for (const float value : vector) squares += static_cast<double>(value) * value;
  if (!(squares > 0) || !std::isfinite(squares)) return false;
  const double scale = 1 / std::sqrt(squares);
  for (float& value : vector) value = static_cast<float>(value * scale);
  return true;
}

}  // namespace specbridge
