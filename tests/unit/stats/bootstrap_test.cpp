#include "stats/bootstrap.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace specbridge {
namespace {

using Values = std::vector<std::optional<double>>;

GroupedFigures figures_of(const std::vector<std::pair<std::string, Values>>& queries) {
  GroupedFigures figures(queries.front().second.size());
  for (const auto& [group, values] : queries) figures.add(group, values);
  return figures;
}

TEST(GroupedFigures, AveragesOverQueriesAndOverGroups) {
  const auto figures = figures_of({{"a", {1.0}}, {"a", {1.0}}, {"a", {1.0}}, {"b", {0.0}}});
  EXPECT_EQ(figures.groups(), 2U);
  EXPECT_DOUBLE_EQ(figures.micro(0).value(), 0.75);
  EXPECT_DOUBLE_EQ(figures.macro(0).value(), 0.5);
}

TEST(GroupedFigures, LeavesUndefinedValuesOutOfADenominator) {
  const auto figures = figures_of({{"a", {0.4, std::nullopt}},
                                   {"a", {std::nullopt, std::nullopt}},
                                   {"b", {0.2, std::nullopt}}});
  EXPECT_EQ(figures.weight(0), 2);
  EXPECT_DOUBLE_EQ(figures.micro(0).value(), 0.3);
  EXPECT_EQ(figures.micro(1), std::nullopt);
  EXPECT_EQ(figures.macro(1), std::nullopt);
}

TEST(GroupedFigures, CountsAQueryByItsWeight) {
  GroupedFigures figures(1);
  const auto add = [&](const char* group, double value, double weight) {
    figures.add(group, Values{value}, std::vector{weight});
  };
  add("a", 4, 0.5);
  add("a", 1, 1);
  add("b", 9, 0);
  add("c", 2, 0.5);
  EXPECT_EQ(figures.weight(0), 2);
  EXPECT_DOUBLE_EQ(figures.micro(0).value(), 2);  // (2 + 1 + 1) / 2
  EXPECT_DOUBLE_EQ(figures.macro(0).value(), 2);  // of 3 / 1.5 and 1 / 0.5; b has no part in it
  EXPECT_THROW(figures.add("a", Values{1.0}, std::vector{1., 1.}), std::logic_error);
}

TEST(Bootstrap, HasNoWidthWhereAllGroupsAreAlike) {
  const auto figures = figures_of({{"a", {0.5}}, {"b", {0.5}}, {"c", {0.5}}});
  const auto resampled = bootstrap(figures, {200, 1, 1}).front();
  EXPECT_DOUBLE_EQ(resampled.micro->percent95.low, 0.5);
  EXPECT_DOUBLE_EQ(resampled.micro->percent999.high, 0.5);
  EXPECT_DOUBLE_EQ(resampled.macro->percent95.high, 0.5);
}

// A mean of n independent 0/1 values: the normal approximation is the oracle.
TEST(Bootstrap, AgreesWithTheBinomialWidth) {
  GroupedFigures figures(1);
  constexpr int kGroups = 400;
  for (int i = 0; i < kGroups; ++i) figures.add(fmt::format("g{}", i), Values{i % 4 == 0 ? 1. : 0});
  const auto interval = bootstrap(figures, {20'000, 7, 1}).front().micro.value();
  const double error = std::sqrt(0.25 * 0.75 / kGroups);
  EXPECT_NEAR(interval.percent95.low, 0.25 - 1.96 * error, 0.15 * error);
  EXPECT_NEAR(interval.percent95.high, 0.25 + 1.96 * error, 0.15 * error);
  EXPECT_NEAR(interval.percent999.low, 0.25 - 3.29 * error, 0.4 * error);
  EXPECT_NEAR(interval.percent999.high, 0.25 + 3.29 * error, 0.4 * error);
}

// Ten equal spectra a molecule are worth one: the interval is as wide as without them.
TEST(Bootstrap, TakesSpectraOfOneMoleculeForOneDraw) {
  GroupedFigures one(1), ten(1);
  for (int i = 0; i < 50; ++i) {
    const Values value{i % 2 == 0 ? 1. : 0};
    one.add(fmt::format("g{}", i), value);
    for (int j = 0; j < 10; ++j) ten.add(fmt::format("g{}", i), value);
  }
  const auto narrow = bootstrap(one, {2000, 3, 1}).front().micro.value();
  const auto wide = bootstrap(ten, {2000, 3, 1}).front().micro.value();
  EXPECT_DOUBLE_EQ(narrow.percent95.low, wide.percent95.low);
  EXPECT_DOUBLE_EQ(narrow.percent95.high, wide.percent95.high);
}

TEST(Bootstrap, IsTheSameOnAnyNumberOfThreadsAndForOneSeed) {
  GroupedFigures figures(2);
  Random random(5);
  for (int i = 0; i < 200; ++i) {
    figures.add(fmt::format("g{}", i % 30), Values{random.uniform(), random.uniform()});
  }
  const auto first = bootstrap(figures, {500, 1, 1}), second = bootstrap(figures, {500, 1, 3});
  const auto other = bootstrap(figures, {500, 2, 1});
  for (std::size_t f = 0; f < 2; ++f) {
    EXPECT_EQ(first[f].micro->percent95.low, second[f].micro->percent95.low);
    EXPECT_EQ(first[f].macro->percent999.high, second[f].macro->percent999.high);
    EXPECT_NE(first[f].micro->percent95.low, other[f].micro->percent95.low);
  }
}

TEST(Bootstrap, GivesALowPValueToADifferenceThatNeverChangesSign) {
  GroupedFigures figures(2);
  for (int i = 0; i < 40; ++i) {
    figures.add(fmt::format("g{}", i), Values{0.1 + 0.01 * i, i % 2 == 0 ? 0.1 : -0.1});
  }
  const auto resampled = bootstrap(figures, {999, 1, 1});
  EXPECT_DOUBLE_EQ(resampled[0].micro->p_value, 2. / 1000);
  EXPECT_GT(resampled[1].micro->p_value, 0.5);
}

TEST(Bootstrap, GivesNoIntervalsWithoutDrawsOrGroups) {
  EXPECT_FALSE(bootstrap(figures_of({{"a", {1.0}}}), {0, 1, 1}).front().micro);
  EXPECT_FALSE(bootstrap(GroupedFigures(1), {10, 1, 1}).front().micro);
}

TEST(BootstrapOf, AFigureThatIsAMeanIsWhatBootstrapMakesOfIt) {
  const auto figures = figures_of({{"a", {1.0}}, {"b", {2.0}}, {"c", {4.0}}, {"d", {8.0}}});
  const auto mean = [&](std::span<const std::uint32_t> times) {
    double sum = 0, count = 0;
    for (std::size_t g = 0; g < times.size(); ++g) {
      sum += times[g] * figures.sum(g, 0);
      count += times[g];
    }
    return std::vector<std::optional<double>>{sum / count};
  };
  const auto expected = bootstrap(figures, {500, 3, 1}).front().micro.value();
  for (const std::size_t threads : {1U, 3U}) {
    const auto found = bootstrap_of(4, {500, 3, threads}, mean).front().value();
    EXPECT_DOUBLE_EQ(found.percent95.low, expected.percent95.low);
    EXPECT_DOUBLE_EQ(found.percent95.high, expected.percent95.high);
  }
}

TEST(BootstrapOf, WhatIsUndefinedInSomeDrawsLeavesThemOut) {
  const auto only_with_first = [](std::span<const std::uint32_t> times) {
    using Figures = std::vector<std::optional<double>>;
    return times[0] == 0 ? Figures{std::nullopt, std::nullopt} : Figures{7.0, std::nullopt};
  };
  const auto found = bootstrap_of(3, {200, 1, 1}, only_with_first);
  EXPECT_EQ(found[0]->percent95.low, 7);
  EXPECT_FALSE(found[1]);
}

}  // namespace
}  // namespace specbridge
