#include "train/words/word_learner.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace specbridge {
namespace {

/// log(1 + e^x) without overflow.
double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

void add_scaled(double factor, std::span<const float> from, std::span<float> to) {
  const auto scale = static_cast<float>(factor);
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += scale * from[i];
}

}  // namespace

WordLearner::WordLearner(std::vector<std::uint64_t> counts, const WordSettings& settings,
                         std::size_t dim, std::uint64_t seed)
    : settings_(settings),
      counts_(std::move(counts)),
      negatives_(counts_, settings.negative_power),
      vectors_(counts_.size(), dim),
      outputs_(counts_.size(), dim) {
  for (const std::uint64_t count : counts_) occurrences_ += static_cast<double>(count);
  Random random(seed);
  for (float& value : vectors_.values()) {
    value = static_cast<float>((random.uniform() - 0.5) / static_cast<double>(dim));
  }
}

double WordLearner::kept_share(std::size_t word) const {
  if (settings_.subsampling <= 0) return 1;
  const double ratio =
      settings_.subsampling * occurrences_ / static_cast<double>(counts_[word]);  // t/f
  return std::min(1.0, std::sqrt(ratio) + ratio);
}

WordLoss WordLearner::learn(std::span<const std::uint32_t> words, double rate, Random& random) {
  std::vector<std::uint32_t> kept;
  for (const std::uint32_t word : words) {
    const double share = kept_share(word);
    if (share >= 1 || random.uniform() < share) kept.push_back(word);
  }
  WordLoss loss;
  if (kept.size() < 2) return loss;
  const std::size_t dim = vectors_.cols();
  const auto others = static_cast<float>(kept.size() - 1);
  // What all words have got so far, and what each would have got of its own step but has not.
  std::vector<float> sum(dim), context(dim), together(dim);
  Matrix own(kept.size(), dim);
  for (const std::uint32_t word : kept) add_scaled(1, vectors_.row(word), sum);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const auto vector = vectors_.row(kept[i]);
    for (std::size_t c = 0; c < dim; ++c) {
      context[c] = (sum[c] - vector[c] + (others - 1) * together[c]) / others;
    }
    loss.sum += tell_apart(kept[i], context, rate, random, own.row(i));
    add_scaled(1, own.row(i), together);
  }
  for (std::size_t i = 0; i < kept.size(); ++i) {
    add_scaled(1, together, vectors_.row(kept[i]));
    add_scaled(-1, own.row(i), vectors_.row(kept[i]));
  }
  loss.words = kept.size();
  return loss;
}

/// Steps of a word and its negatives; `change` gets what every word of the context is to get.
double WordLearner::tell_apart(std::uint32_t word, std::span<const float> context, double rate,
                               Random& random, std::span<float> change) {
  double loss = step_output(word, 1, context, rate, change);
  for (std::size_t i = 0; i < settings_.negatives; ++i) {
    const std::size_t negative = negatives_.draw(random);
    if (negative != word) loss += step_output(negative, 0, context, rate, change);
  }
  return loss;
}

double WordLearner::step_output(std::size_t word, double target, std::span<const float> context,
                                double rate, std::span<float> change) {
  const auto output = outputs_.row(word);
  const double score = dot(context, output);
  const double step = rate * (target - 1 / (1 + std::exp(-score)));
  add_scaled(step, output, change);
  add_scaled(step, context, output);
  return softplus(target > 0 ? -score : score);
}

}  // namespace specbridge
