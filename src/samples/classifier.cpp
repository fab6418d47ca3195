#include "samples/classifier.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/kernel_logistic.h"

namespace specbridge {
namespace {

constexpr std::size_t kBlock = 512;  // numbers of a row that are standardised at a time
constexpr double kNoSpread = 1e-9;   // of the largest value: what rounding makes of equal numbers

struct NumberScale {
  double mean = 0, deviation = 0;
};

NumberScale scale_of(const Matrix& rows, std::span<const std::size_t> learned, std::size_t column) {
  double sum = 0, squares = 0, largest = 0;
  for (const auto i : learned) sum += static_cast<double>(rows.row(i)[column]);
  const double count = static_cast<double>(learned.size()), mean = sum / count;
  for (const auto i : learned) {
    const auto value = static_cast<double>(rows.row(i)[column]);
    squares += (value - mean) * (value - mean);
    largest = std::max(largest, std::abs(value));
  }
  const double deviation = std::sqrt(squares / count);
  return {mean, deviation > kNoSpread * largest ? deviation : 0};
}

double standardised(float value, const NumberScale& scale) {
  return scale.deviation > 0 ? (static_cast<double>(value) - scale.mean) / scale.deviation : 0;
}

/// Rows [samples, block] of standardised numbers from `first` on.
std::vector<double> standard_block(const Matrix& rows, std::span<const std::size_t> samples,
                                   std::span<const NumberScale> scales, std::size_t first) {
  std::vector<double> block;
  block.reserve(samples.size() * scales.size());
  for (const auto sample : samples) {
    for (std::size_t k = 0; k < scales.size(); ++k) {
      block.push_back(standardised(rows.row(sample)[first + k], scales[k]));
    }
  }
  return block;
}

void add_products(std::span<const double> a, std::span<const double> b, std::size_t width,
                  std::vector<double>& products) {
  const std::size_t rows = a.size() / width, columns = b.size() / width;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t k = 0; k < columns; ++k) {
      products[i * columns + k] += dot(a.subspan(i * width, width), b.subspan(k * width, width));
    }
  }
}

std::size_t decisions_for(std::size_t class_count) {
  return class_count == 2 ? 1 : class_count;
}

/// Which samples are of the class that a decision is for.
std::vector<char> outcomes_for(std::span<const std::size_t> classes, std::size_t decision,
                               std::size_t class_count) {
  const std::size_t asked = class_count == 2 ? 1 : decision;
  std::vector<char> outcomes;
  for (const auto one : classes) outcomes.push_back(one == asked ? 1 : 0);
  return outcomes;
}

}  // namespace

FoldProducts fold_products(const Matrix& rows, std::span<const std::size_t> learned,
                           std::span<const std::size_t> asked) {
  FoldProducts products{std::vector<double>(learned.size() * learned.size()),
                        std::vector<double>(asked.size() * learned.size())};
  for (std::size_t first = 0; first < rows.cols(); first += kBlock) {
    const std::size_t width = std::min(kBlock, rows.cols() - first);
    std::vector<NumberScale> scales;
    for (std::size_t k = 0; k < width; ++k) scales.push_back(scale_of(rows, learned, first + k));
    const auto known = standard_block(rows, learned, scales, first);
    const auto others = standard_block(rows, asked, scales, first);
    add_products(known, known, width, products.learned);
    add_products(others, known, width, products.asked);
  }
  const auto width = static_cast<double>(rows.cols());
  for (auto* part : {&products.learned, &products.asked}) {
    for (double& value : *part) value /= width;
  }
  return products;
}

std::vector<double> chances_of_decisions(std::span<const double> decisions) {
  if (decisions.size() == 1) return {logistic(-decisions[0]), logistic(decisions[0])};
  std::vector<double> chances;
  for (const double decision : decisions) chances.push_back(logistic(decision));
  const double all = std::accumulate(chances.begin(), chances.end(), 0.0);
  for (double& chance : chances) {
    chance = all > 0 ? chance / all : 1 / static_cast<double>(chances.size());
  }
  return chances;
}

ClassChances asked_chances(const FoldProducts& products, std::span<const std::size_t> classes,
                           std::size_t class_count, double ridge) {
  const std::size_t learned = classes.size(), asked = products.asked.size() / learned;
  std::vector<std::vector<double>> decisions(asked);
  for (std::size_t d = 0; d < decisions_for(class_count); ++d) {
    const auto fit =
        fit_kernel_logistic(products.learned, outcomes_for(classes, d, class_count), ridge);
    for (std::size_t i = 0; i < asked; ++i) {
      const auto row = std::span<const double>(products.asked).subspan(i * learned, learned);
      decisions[i].push_back(dot(row, fit.shares) + fit.constant);
    }
  }
  ClassChances chances;
  for (const auto& one : decisions) chances.push_back(chances_of_decisions(one));
  return chances;
}

Classifier fit_classifier(const Matrix& rows, std::span<const std::size_t> classes,
                          std::size_t class_count, double ridge) {
  std::vector<std::size_t> all(rows.rows());
  std::iota(all.begin(), all.end(), std::size_t{0});
  Classifier classifier;
  for (std::size_t k = 0; k < rows.cols(); ++k) {
    const NumberScale scale = scale_of(rows, all, k);
    classifier.means.push_back(scale.mean);
    classifier.deviations.push_back(scale.deviation);
  }
  const FoldProducts products = fold_products(rows, all, {});
  for (std::size_t d = 0; d < decisions_for(class_count); ++d) {
    const auto fit =
        fit_kernel_logistic(products.learned, outcomes_for(classes, d, class_count), ridge);
    std::vector<double> weights(rows.cols());
    for (std::size_t k = 0; k < rows.cols(); ++k) {
      const NumberScale scale{classifier.means[k], classifier.deviations[k]};
      for (const auto i : all) weights[k] += fit.shares[i] * standardised(rows.row(i)[k], scale);
      weights[k] /= static_cast<double>(rows.cols());
    }
    classifier.weights.push_back(std::move(weights));
    classifier.constants.push_back(fit.constant);
  }
  return classifier;
}

std::vector<double> Classifier::decisions_on(std::span<const float> row) const {
  std::vector<double> decisions = constants;
  for (std::size_t d = 0; d < decisions.size(); ++d) {
    for (std::size_t k = 0; k < row.size(); ++k) {
      decisions[d] += weights[d][k] * standardised(row[k], {means[k], deviations[k]});
    }
  }
  return decisions;
}

std::vector<double> Classifier::weights_of_row(std::size_t class_number) const {
  const double sign = weights.size() == 1 && class_number == 0 ? -1 : 1;
  std::vector<double> of_row = weights[weights.size() == 1 ? 0 : class_number];
  for (std::size_t k = 0; k < of_row.size(); ++k) {
    of_row[k] = deviations[k] > 0 ? sign * of_row[k] / deviations[k] : 0;
  }
  return of_row;
}

std::vector<double> Classifier::chances_of(std::span<const float> row) const {
  return chances_of_decisions(decisions_on(row));
}

}  // namespace specbridge
