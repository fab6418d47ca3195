#include "stats/logistic_model.h"

#include <cmath>
#include <cstddef>

namespace specbridge {
namespace {

/// Mean and spread of a kind over cases.
struct Scale {
  double mean = 0, spread = 1;
};

std::vector<Scale> scales_of(const AlternativeTable& values, std::span<const double> counts) {
  std::vector<Scale> scales(values.kinds());
  double all = 0;
  for (const double count : counts) all += count;
  for (std::size_t kind = 0; kind < scales.size(); ++kind) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += counts[i] * values.row(i)[kind];
    const double mean = sum / all;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double centred = values.row(i)[kind] - mean;
      squares += counts[i] * centred * centred;
    }
    const double spread = std::sqrt(squares / all);
    scales[kind] = {mean, spread > 1e-9 ? spread : 1};
  }
  return scales;
}

}  // namespace

std::vector<double> logistic_weights(const AlternativeTable& values, std::span<const char> outcomes,
                                     std::span<const double> counts, double ridge) {
  const std::size_t kinds = values.kinds();
  std::vector<double> weights(kinds + 1);
  if (values.size() == 0) return weights;
  const auto scales = scales_of(values, counts);
  // A case is a choice between its values and nothing: a row of zeros, the first of the table.
  AlternativeTable table(kinds + 1);
  std::vector<double> row(kinds + 1);
  table.add(row);
  std::vector<Choice> cases;
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t k = 0; k < kinds; ++k) {
      row[k] = (values.row(i)[k] - scales[k].mean) / scales[k].spread;
    }
    row[kinds] = 1;
    table.add(row);
    cases.push_back({{0, i + 1}, outcomes[i] != 0 ? std::size_t{1} : std::size_t{0}, counts[i]});
  }
  std::vector<const Choice*> all;
  for (const auto& one : cases) all.push_back(&one);
  const auto fitted = choice_weights(table, all, ridge);
  weights[kinds] = fitted[kinds];
  for (std::size_t k = 0; k < kinds; ++k) {
    weights[k] = fitted[k] / scales[k].spread;
    weights[kinds] -= weights[k] * scales[k].mean;
  }
  return weights;
}

double logistic_chance(std::span<const double> values, std::span<const double> weights) {
  double sum = weights.back();
  for (std::size_t i = 0; i < values.size(); ++i) sum += values[i] * weights[i];
  return 1 / (1 + std::exp(-sum));
}

}  // namespace specbridge
