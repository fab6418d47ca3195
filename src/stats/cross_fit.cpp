#include "stats/cross_fit.h"

#include <algorithm>
#include <numeric>

#include "base/random.h"

namespace specbridge {

std::vector<std::size_t> random_folds(std::size_t count, std::size_t folds, std::uint64_t seed) {
  std::vector<std::size_t> fold(count);
  for (std::size_t i = 0; i < count; ++i) fold[i] = i % folds;
  Random random(seed);
  shuffle(std::span(fold), random);
  return fold;
}

std::vector<std::size_t> stratified_folds(std::span<const std::size_t> classes, std::size_t folds,
                                          std::uint64_t seed) {
  std::vector<std::size_t> order(classes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random random(seed);
  shuffle(std::span(order), random);
  std::ranges::stable_sort(order, {}, [&](std::size_t thing) { return classes[thing]; });
  std::vector<std::size_t> fold(classes.size());
  for (std::size_t i = 0; i < order.size(); ++i) fold[order[i]] = i % folds;
  return fold;
}

std::vector<std::vector<double>> cross_fitted_scores(const AlternativeTable& table,
                                                     std::span<const Choice> choices,
                                                     std::span<const std::size_t> fold,
                                                     double ridge) {
  std::vector<std::vector<double>> scores;
  for (const auto& choice : choices) scores.emplace_back(choice.rows.size(), 0.0);
  const std::size_t folds = fold.empty() ? 0 : std::ranges::max(fold) + 1;
  for (std::size_t held_out = 0; held_out < folds; ++held_out) {
    std::vector<const Choice*> others;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (fold[i] != held_out) others.push_back(&choices[i]);
    }
    if (others.empty()) continue;
    const auto weights = choice_weights(table, others, ridge);
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (fold[i] != held_out) continue;
      for (std::size_t c = 0; c < scores[i].size(); ++c) {
        const auto row = table.row(choices[i].rows[c]);
        scores[i][c] = std::inner_product(row.begin(), row.end(), weights.begin(), 0.0);
      }
    }
  }
  return scores;
}

}  // namespace specbridge
