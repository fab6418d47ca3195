#include "stats/cross_fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/random.h"

namespace specbridge {
namespace {

TEST(RandomFolds, AreAsEvenAsCanBe) {
  const auto folds = random_folds(11, 3, 7);
  for (std::size_t fold = 0; fold < 3; ++fold) {
    const auto size = std::ranges::count(folds, fold);
    EXPECT_TRUE(size == 3 || size == 4) << size;
  }
  EXPECT_EQ(folds, random_folds(11, 3, 7));
  EXPECT_NE(folds, random_folds(11, 3, 8));
}

TEST(StratifiedFolds, SpreadEveryClassAndTheWhole) {
  std::vector<std::size_t> classes(7, 0);
  classes.resize(20, 1);
  const auto folds = stratified_folds(classes, 3, 7);
  for (std::size_t fold = 0; fold < 3; ++fold) {
    std::array<int, 2> counts{};
    for (std::size_t i = 0; i < classes.size(); ++i) counts[classes[i]] += folds[i] == fold;
    EXPECT_TRUE(counts[0] == 2 || counts[0] == 3) << counts[0];
    EXPECT_TRUE(counts[1] == 4 || counts[1] == 5) << counts[1];
    EXPECT_TRUE(counts[0] + counts[1] == 6 || counts[0] + counts[1] == 7) << fold;
  }
  EXPECT_EQ(folds, stratified_folds(classes, 3, 7));
  EXPECT_NE(folds, stratified_folds(classes, 3, 8));
}

/// Choices between two alternatives, of which the first tends to be chosen.
struct Coins {
  Coins() {
    Random random(5);
    for (std::size_t i = 0; i < 40; ++i) {
      table.add(std::array{1 + random.uniform()});
      table.add(std::array{random.uniform()});
      choices.push_back({{2 * i, 2 * i + 1}, i % 4 == 0 ? 1U : 0U, 1});
    }
    fold = random_folds(choices.size(), 2, 1);
  }
  std::vector<std::vector<double>> scores() const {
    return cross_fitted_scores(table, choices, fold, 0.01);
  }
  AlternativeTable table{1};
  std::vector<Choice> choices;
  std::vector<std::size_t> fold;
};

TEST(CrossFittedScores, DoNotListenToOutcomesOfTheirOwnFold) {
  Coins coins;
  const auto before = coins.scores();
  for (std::size_t i = 0; i < coins.choices.size(); ++i) {
    if (coins.fold[i] == 0) coins.choices[i].chosen = 1 - coins.choices[i].chosen;
  }
  const auto after = coins.scores();
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i] == after[i], coins.fold[i] == 0) << i;
  }
}

TEST(CrossFittedScores, OfOneFoldAloneAreNought) {
  Coins coins;
  std::ranges::fill(coins.fold, 0U);
  for (const auto& scores : coins.scores()) EXPECT_EQ(scores, (std::vector{0.0, 0.0}));
}

}  // namespace
}  // namespace specbridge
