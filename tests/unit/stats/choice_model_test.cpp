#include "stats/choice_model.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace specbridge {
namespace {

std::vector<const Choice*> all(const std::vector<Choice>& choices) {
  std::vector<const Choice*> pointers;
  for (const auto& choice : choices) pointers.push_back(&choice);
  return pointers;
}

/// Two alternatives, the first described by 1, the second by 0; the first is chosen `ones` times.
struct Pairs {
  Pairs(std::size_t ones, std::size_t zeros) {
    table.add(std::array{1.0});
    table.add(std::array{0.0});
    for (std::size_t i = 0; i < ones + zeros; ++i) {
      choices.push_back({{0, 1}, i < ones ? 0U : 1U, 1});
    }
  }
  AlternativeTable table{1};
  std::vector<Choice> choices;
};

TEST(ChoiceWeights, AreTheLogOddsOfAPair) {
  const Pairs pairs(30, 10);
  EXPECT_NEAR(choice_weights(pairs.table, all(pairs.choices), 0).front(), std::log(3), 1e-5);
}

TEST(ChoiceWeights, CountAChoiceByItsWeight) {
  Pairs pairs(1, 1);
  pairs.choices[0].weight = 3;
  EXPECT_NEAR(choice_weights(pairs.table, all(pairs.choices), 0).front(), std::log(3), 1e-5);
}

TEST(ChoiceWeights, StayFiniteUnderARidge) {
  const Pairs pairs(5, 0);
  const double weight = choice_weights(pairs.table, all(pairs.choices), 1).front();
  // Where the slope is nought: 5 (1 - chance) = weight.
  EXPECT_NEAR(5 * (1 - 1 / (1 + std::exp(-weight))), weight, 1e-5);
}

TEST(ChoiceWeights, OfWhatOneOfManyHasAreFoundThoughNewtonsStepOvershoots) {
  constexpr std::size_t kAlternatives = 100;
  AlternativeTable table(1);
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < kAlternatives; ++i) {
    table.add(std::array{i == 0 ? 1.0 : 0.0});
    rows.push_back(i);
  }
  std::vector<Choice> choices;
  for (std::size_t i = 0; i < 750; ++i) choices.push_back({rows, i < 700 ? 0U : 1U, 1});
  // The chance of the one is 700 of 750: its odds against each of the others are 14 x 99.
  EXPECT_NEAR(choice_weights(table, all(choices), 0).front(), std::log(14 * 99), 1e-5);
}

TEST(ChoiceWeights, OfNoChoiceAreNought) {
  EXPECT_EQ(choice_weights(AlternativeTable(2), {}, 1), (std::vector{0.0, 0.0}));
}

TEST(SpreadWithin, IsMeasuredFromTheMeanOfEachChoice) {
  AlternativeTable table(2);
  for (const double value : {1.0, 3.0, 101.0, 103.0}) table.add(std::array{value, 7.0});
  const auto spread = spread_within(table, std::vector<Choice>{{{0, 1}, 0, 1}, {{2, 3}, 0, 1}});
  EXPECT_EQ(spread, (std::vector{1.0, 1.0}));  // the second is the same everywhere
}

}  // namespace
}  // namespace specbridge
