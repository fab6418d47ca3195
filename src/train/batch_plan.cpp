#include "train/batch_plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "train/random_streams.h"

namespace specbridge {
namespace {

std::vector<std::size_t> permutation(std::size_t count, Random& random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  shuffle(std::span(order), random);
  return order;
}

/// Draws `weights.size()` examples: one for every integer that the running sum of weights passes.
std::vector<Draw> systematic_draws(const std::vector<double>& weights, Random& random) {
  const std::size_t count = weights.size();
  const double offset = random.uniform();
  std::vector<Draw> draws;
  double sum = 0;
  const auto order = permutation(count, random);
  for (const std::size_t example : order) {
    sum += weights[example] * static_cast<double>(count);
    for (std::size_t copy = 0;
         draws.size() < count && static_cast<double>(draws.size()) + offset < sum; ++copy) {
      draws.push_back({example, copy});
    }
  }
  // Rounding may leave the last draw just above the sum.
  while (draws.size() < count) draws.push_back({order.back(), count});
  shuffle(std::span(draws), random);
  return draws;
}

}  // namespace

std::vector<double> sampling_weights(std::span<const Example> examples, double power) {
  std::size_t molecules = 0;
  for (const auto& example : examples) molecules = std::max(molecules, example.molecule + 1);
  std::vector<double> spectra(molecules);
  for (const auto& example : examples) ++spectra[example.molecule];
  std::vector<double> weights;
  for (const auto& example : examples) {
    weights.push_back(std::pow(spectra[example.molecule], -power));
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  return weights;
}

BatchPlan::BatchPlan(std::span<const Example> examples, const TrainSettings& settings,
                     std::uint64_t seed)
    : batch_(settings.batch), window_(settings.batch * settings.length_window), seed_(seed) {
  for (const auto& example : examples) lengths_.push_back(example.input.count());
  if (settings.molecule_weight_power > 0) {
    weights_ = sampling_weights(examples, settings.molecule_weight_power);
  }
}

std::size_t BatchPlan::batches_per_epoch() const {
  return (lengths_.size() + batch_ - 1) / batch_;
}

std::vector<Draw> BatchPlan::draws(std::size_t epoch) const {
  Random random = keyed_random(seed_, Purpose::order, epoch);
  if (!weights_.empty()) return systematic_draws(weights_, random);
  std::vector<Draw> draws;
  for (const std::size_t example : permutation(lengths_.size(), random)) {
    draws.push_back({example, 0});
  }
  return draws;
}

std::vector<Batch> BatchPlan::epoch(std::size_t number) const {
  auto all = draws(number);
  Random random = keyed_random(seed_, Purpose::order, number, 1);
  std::vector<Batch> batches;
  for (std::size_t begin = 0; begin < all.size(); begin += window_) {
    const std::size_t end = std::min(begin + window_, all.size());
    const auto at = [&](std::size_t i) { return all.begin() + static_cast<std::ptrdiff_t>(i); };
    std::stable_sort(at(begin), at(end), [this](const Draw& a, const Draw& b) {
      return lengths_[a.example] < lengths_[b.example];
    });
    const std::size_t first = batches.size();
    for (std::size_t i = begin; i < end; i += batch_) {
      batches.emplace_back(at(i), at(std::min(i + batch_, end)));
    }
    shuffle(std::span(batches).subspan(first), random);
  }
  return batches;
}

}  // namespace specbridge
