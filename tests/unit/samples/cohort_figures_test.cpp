#include "samples/cohort_figures.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace specbridge {
namespace {

using Counts = std::vector<std::uint32_t>;
using Classes = std::vector<std::size_t>;

/// Chances of samples of one fold.
HeldOutChances one_fold(ClassChances chances) {
  const std::size_t samples = chances.size();
  return {Classes(samples, 0), {1}, std::move(chances)};
}

/// Of two classes, by the chance of the second.
HeldOutChances by_second(const std::vector<double>& second) {
  ClassChances chances;
  for (const double chance : second) chances.push_back({1 - chance, chance});
  return one_fold(std::move(chances));
}

TEST(CohortFigures, OfAHandfulOfSamples) {
  const auto figures =
      cohort_figures(Classes{0, 0, 1, 1, 1}, by_second({0.1, 0.6, 0.6, 0.9, 0.2}), Counts(5, 1));
  // Pairs: .1 is below .6, .9 and .2; .6 ties, is below .9 and above .2.
  EXPECT_DOUBLE_EQ(*figures.auc, 4.5 / 6);
  // Called 0 1 1 1 0: of class 0 one of two, of class 1 two of three.
  EXPECT_DOUBLE_EQ(*figures.accuracy, 3. / 5);
  EXPECT_DOUBLE_EQ(*figures.balanced_accuracy, (1. / 2 + 2. / 3) / 2);
  EXPECT_DOUBLE_EQ(*figures.macro_f1, (2. * 1 / 4 + 2. * 2 / 6) / 2);
}

TEST(CohortFigures, AucIsThatOfAllPairsOfAFold) {
  Random random(6);
  Classes classes;
  std::vector<double> second;
  HeldOutChances held_out;
  for (int i = 0; i < 60; ++i) {
    classes.push_back(random.below(2));
    second.push_back(static_cast<double>(random.below(10)) / 10);
  }
  held_out = by_second(second);
  for (auto& fold : held_out.fold_of) fold = random.below(3);
  held_out.ridges = {1, 1, 1};
  double pairs = 0, right = 0;
  for (std::size_t a = 0; a < classes.size(); ++a) {
    for (std::size_t b = 0; b < classes.size(); ++b) {
      if (classes[a] != 1 || classes[b] != 0 || held_out.fold_of[a] != held_out.fold_of[b])
        continue;
      ++pairs;
      right += second[a] > second[b] ? 1 : second[a] == second[b] ? 0.5 : 0;
    }
  }
  EXPECT_NEAR(*cohort_figures(classes, held_out, Counts(60, 1)).auc, right / pairs, 1e-12);
}

TEST(CohortFigures, CountSamplesAsOftenAsTheyAreDrawn) {
  const auto twice = cohort_figures(Classes{0, 1, 1}, by_second({0.3, 0.9, 0.1}), Counts{1, 2, 1});
  const auto apart =
      cohort_figures(Classes{0, 1, 1, 1}, by_second({0.3, 0.9, 0.9, 0.1}), Counts(4, 1));
  EXPECT_DOUBLE_EQ(*twice.auc, *apart.auc);
  EXPECT_DOUBLE_EQ(*twice.macro_f1, *apart.macro_f1);
}

TEST(CohortFigures, OfOneClassHaveNoAuc) {
  EXPECT_FALSE(cohort_figures(Classes{1, 1}, by_second({0.3, 0.9}), Counts(2, 1)).auc);
}

TEST(CohortFigures, OfThreeClassesAreMeansOverThem) {
  const auto figures =
      cohort_figures(Classes{0, 1, 2},
                     one_fold({{0.8, 0.1, 0.1}, {0.2, 0.5, 0.3}, {0.5, 0.3, 0.2}}), Counts(3, 1));
  EXPECT_DOUBLE_EQ(*figures.auc, (1 + 1 + 0.5) / 3);
  EXPECT_DOUBLE_EQ(*figures.macro_f1, (2. / 3 + 1 + 0) / 3);
}

TEST(CalledClass, OfEqualChancesIsTheFirst) {
  EXPECT_EQ(called_class(std::vector<double>{0.2, 0.4, 0.4}), 1U);
}

TEST(MeasureCohort, DrawsWholeSubjects) {
  Cohort cohort;
  cohort.classes = {"a", "b"};
  cohort.subjects = {"1", "2", "3", "4"};
  cohort.class_of_subject = {0, 0, 1, 1};
  for (std::size_t i = 0; i < 40; ++i) {
    cohort.samples.push_back(i);
    cohort.subject_of.push_back(i / 10);
    cohort.class_of.push_back(i / 20);
  }
  // Subject 2 is called wrongly, so the figures depend on how often it is drawn.
  std::vector<double> second;
  for (std::size_t i = 0; i < 40; ++i) second.push_back(i / 10 == 1 || i / 10 == 3 ? 0.9 : 0.2);
  const auto measured = measure_cohort(cohort, by_second(second), {500, 1, 1});
  EXPECT_DOUBLE_EQ(*measured.figures.accuracy, 0.5);
  EXPECT_EQ(measured.accuracy->low, 0);
  EXPECT_EQ(measured.accuracy->high, 1);
  EXPECT_EQ(measured.confusion, (std::vector<Classes>{{10, 10}, {10, 10}}));
  EXPECT_FALSE(measure_cohort(cohort, by_second(second), {0, 1, 1}).auc);
}

}  // namespace
}  // namespace specbridge
