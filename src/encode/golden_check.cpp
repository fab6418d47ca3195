#include "encode/golden_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr double kLargestDifference = 1e-4;
constexpr double kSmallestCosine = 1 - 1e-4;

double length(std::span<const float> vector) {
  return std::sqrt(static_cast<double>(dot(vector, vector)));
}

double relative_difference(std::span<const float> found, std::span<const float> expected) {
  double largest = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double difference = std::abs(static_cast<double>(found[i]) - expected[i]);
    if (!(difference <= largest)) largest = difference;  // also when it is not a number
  }
  return largest / std::max(length(expected), 1e-30);
}

double cosine(std::span<const float> found, std::span<const float> expected) {
  return dot(found, expected) / std::max(length(found) * length(expected), 1e-30);
}

}  // namespace

void check_golden(const Matrix& found, const Matrix& expected, GoldenDevice device,
                  const std::string& where) {
  if (found.rows() != expected.rows() || found.cols() != expected.cols()) {
    throw ArtifactError(
        fmt::format("{}: gives [{}, {}] for its golden inputs; expected [{}, {}]; "
                    "export the encoder again",
                    where, found.rows(), found.cols(), expected.rows(), expected.cols()));
  }
  for (std::size_t i = 0; i < found.rows(); ++i) {
    const double difference = relative_difference(found.row(i), expected.row(i));
    if (device == GoldenDevice::cpu && !(difference <= kLargestDifference)) {
      throw ArtifactError(fmt::format(
          "{}: golden vector {} differs by {:.2g}; expected at most {:g}; export the encoder again",
          where, i + 1, difference, kLargestDifference));
    }
    const double similarity = cosine(found.row(i), expected.row(i));
    if (device == GoldenDevice::other && !(similarity >= kSmallestCosine)) {
      throw ArtifactError(
          fmt::format("{}: golden vector {} has a cosine of {:.6f} to the one stored; "
                      "expected at least {:g}; export the encoder again",
                      where, i + 1, similarity, kSmallestCosine));
    }
  }
}

}  // namespace specbridge
