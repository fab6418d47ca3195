#include "samples/pool_sum.h"

#include <cmath>

namespace specbridge {
namespace {

constexpr double kRounding = 1e-13;  // of a variance, as a share of the mean square

/// The places of a row that a spectrum counts in.
std::vector<std::size_t> counted_places(const PoolBasis& basis, const Spectrum& spectrum,
                                        std::span<const float> vector) {
  if (basis.pool == SamplePool::codebook) return {nearest_centre(basis.codebook.centres, vector)};
  std::vector<std::size_t> places;
  for (const auto& word : words_of(spectrum, basis.pool)) {
    if (const auto place = basis.codebook.place_of(word)) places.push_back(*place);
  }
  return places;
}

/// A spectrum's part in the standard deviations of its sample, times their weights.
double part_in_deviations(std::span<const float> vector, std::span<const float> row,
                          std::span<const double> weights) {
  const std::size_t dim = vector.size();
  double part = 0;
  for (std::size_t k = 0; k < dim; ++k) {
    const auto deviation = static_cast<double>(row[dim + k]);
    if (!(deviation > 0)) continue;
    const double apart = static_cast<double>(vector[k]) - static_cast<double>(row[k]);
    part += weights[dim + k] * (apart * apart + deviation * deviation) / (2 * deviation);
  }
  return part;
}

}  // namespace

std::size_t PoolBasis::width() const {
  if (needs_codebook(pool)) return codebook.size();
  return pool == SamplePool::mean_deviation ? 2 * dim : dim;
}

double weight_in_sample(const Spectrum& spectrum, SamplePool pool) {
  if (pool != SamplePool::weighted) return 1;
  double all = 0;
  for (const auto& [mz, intensity] : spectrum.peaks) {
    if (intensity > 0 && std::isfinite(intensity)) all += intensity;
  }
  return std::log1p(all);
}

PoolSum::PoolSum(const PoolBasis& basis)
    : basis_(basis),
      sums_(needs_codebook(basis.pool) ? basis.width() : basis.dim),
      squares_(basis.pool == SamplePool::mean_deviation ? basis.dim : 0) {}

void PoolSum::add(const Spectrum& spectrum, std::span<const float> vector) {
  const double weight = weight_in_sample(spectrum, basis_.pool);
  ++spectra_;
  weights_ += weight;
  if (needs_codebook(basis_.pool)) {
    for (const auto place : counted_places(basis_, spectrum, vector)) sums_[place] += weight;
    return;
  }
  for (std::size_t k = 0; k < vector.size(); ++k) {
    sums_[k] += weight * static_cast<double>(vector[k]);
  }
  for (std::size_t k = 0; k < squares_.size(); ++k) {
    squares_[k] += static_cast<double>(vector[k]) * static_cast<double>(vector[k]);
  }
}

std::vector<float> PoolSum::row() const {
  std::vector<float> row;
  row.reserve(basis_.width());
  for (const double sum : sums_) row.push_back(static_cast<float>(sum / weights_));
  for (std::size_t k = 0; k < squares_.size(); ++k) {
    const double mean = sums_[k] / weights_, square = squares_[k] / weights_;
    const double variance = square - mean * mean;
    row.push_back(variance > kRounding * square ? static_cast<float>(std::sqrt(variance)) : 0);
  }
  return row;
}

double part_in_score(const PoolBasis& basis, const Spectrum& spectrum,
                     std::span<const float> vector, std::span<const float> row,
                     const RowScore& score) {
  double part = -dot(std::span<const double>(score.weights), score.origin);
  if (needs_codebook(basis.pool)) {
    for (const auto place : counted_places(basis, spectrum, vector)) part += score.weights[place];
    return part;
  }
  for (std::size_t k = 0; k < vector.size(); ++k) {
    part += score.weights[k] * static_cast<double>(vector[k]);
  }
  if (basis.pool == SamplePool::mean_deviation) {
    part += part_in_deviations(vector, row, score.weights);
  }
  return part;
}

}  // namespace specbridge
