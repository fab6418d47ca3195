#include "train/batch_plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

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

void deal(Batch& batch, std::size_t processes) {
  Batch dealt;
  for (std::size_t first = 0; first < processes; ++first) {
    for (std::size_t i = first; i < batch.size(); i += processes) dealt.push_back(batch[i]);
  }
  batch = std::move(dealt);
}

BatchPlan::BatchPlan(std::vector<std::size_t> lengths, std::vector<double> weights,
                     const TrainSettings& settings, std::uint64_t seed)
    : lengths_(std::move(lengths)),
      weights_(std::move(weights)),
      batch_(settings.batch),
      window_(settings.batch * settings.length_window),
      seed_(seed) {}

BatchPlan::BatchPlan(std::span<const Example> examples, const TrainSettings& settings,
                     std::uint64_t seed)
    : BatchPlan({}, {}, settings, seed) {
  examples_ = examples;
  if (learns_similarity(settings)) replicates_ = {settings.replicates, settings.precursor_run};
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

void BatchPlan::sort_by_length(std::span<Draw> draws) const {
  std::ranges::stable_sort(draws, {}, [this](const Draw& draw) { return lengths_[draw.example]; });
}

std::vector<Batch> BatchPlan::batches_by_length(std::vector<Draw> all, Random& random) const {
  std::vector<Batch> batches;
  for (std::size_t begin = 0; begin < all.size(); begin += window_) {
    const auto window = std::span(all).subspan(begin, std::min(window_, all.size() - begin));
    sort_by_length(window);
    const std::size_t first = batches.size();
    for (std::size_t i = 0; i < window.size(); i += batch_) {
      const auto part = window.subspan(i, std::min(batch_, window.size() - i));
      batches.emplace_back(part.begin(), part.end());
    }
    shuffle(std::span(batches).subspan(first), random);
  }
  return batches;
}

std::vector<Batch> BatchPlan::batches_of_replicates(const std::vector<Draw>& draws,
                                                    Random& random) const {
  const auto order = replicate_order(draws, examples_, *replicates_, random);
  std::vector<Batch> batches;
  for (std::size_t i = 0; i < order.size(); i += batch_) {
    const auto part = std::span(order).subspan(i, std::min(batch_, order.size() - i));
    sort_by_length(batches.emplace_back(part.begin(), part.end()));
  }
  return batches;
}

std::vector<Batch> BatchPlan::epoch(std::size_t number) const {
  Random random = keyed_random(seed_, Purpose::order, number, 1);
  return replicates_ ? batches_of_replicates(draws(number), random)
                     : batches_by_length(draws(number), random);
}

StepBatches::StepBatches(BatchPlan plan, std::size_t processes)
    : plan_(std::move(plan)), processes_(processes), per_epoch_(plan_.batches_per_epoch()) {}

const Batch& StepBatches::at(std::size_t step) {
  const std::size_t epoch = epoch_of(step);
  if (epoch_ != epoch) {
    batches_ = plan_.epoch(epoch);
    for (Batch& batch : batches_) deal(batch, processes_);
    epoch_ = epoch;
  }
  return batches_[step % per_epoch_];
}

}  // namespace specbridge
