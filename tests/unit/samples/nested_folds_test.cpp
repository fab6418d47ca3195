#include "samples/nested_folds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "base/random.h"
#include "samples/cohort_figures.h"

namespace specbridge {
namespace {

/// Subjects of two classes in turn, with one to four samples that are alike; `effect` is how far
/// the classes lie apart.
struct DrawnCohort {
  DrawnCohort(std::size_t subjects, double effect, std::uint64_t seed) {
    Random random(seed);
    std::vector<std::vector<float>> drawn;
    for (std::size_t subject = 0; subject < subjects; ++subject) {
      classes.push_back(subject % 2);
      std::vector<double> own;
      for (int k = 0; k < 12; ++k) own.push_back(random.normal());
      const std::size_t samples = 1 + random.below(4);
      for (std::size_t sample = 0; sample < samples; ++sample) {
        subject_of.push_back(subject);
        drawn.emplace_back();
        for (const double value : own) {
          drawn.back().push_back(static_cast<float>(value + 0.3 * random.normal()));
        }
        drawn.back()[0] += static_cast<float>(effect * static_cast<double>(classes.back()));
      }
    }
    rows = Matrix(drawn.size(), 12);
    for (std::size_t i = 0; i < drawn.size(); ++i) std::ranges::copy(drawn[i], rows.row(i).begin());
  }
  LabelledRows data() const { return {rows, subject_of, classes, 2}; }
  double auc(const NestedSettings& settings) const {
    return auc_of(data(), nested_cross_validation(data(), settings));
  }
  static double auc_of(const LabelledRows& data, const HeldOutChances& held_out) {
    std::vector<std::size_t> classes;
    for (std::size_t i = 0; i < data.subject_of.size(); ++i) classes.push_back(data.class_of(i));
    return *cohort_figures(classes, held_out, std::vector<std::uint32_t>(classes.size(), 1)).auc;
  }

  Matrix rows;
  std::vector<std::size_t> subject_of, classes;
};

const NestedSettings kSettings = {5, {0.01, 1, 100}, 1};

TEST(NestedCrossValidation, NeverPartsSamplesOfASubject) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const DrawnCohort cohort(10 + seed, 0, seed);
    NestedSettings settings = kSettings;
    settings.seed = seed;
    settings.folds = 2 + seed % 4;
    const auto held_out = nested_cross_validation(cohort.data(), settings);
    std::set<std::pair<std::size_t, std::size_t>> places;
    for (std::size_t i = 0; i < cohort.subject_of.size(); ++i) {
      places.insert({cohort.subject_of[i], held_out.fold_of[i]});
    }
    EXPECT_EQ(places.size(), 10 + seed);
  }
}

TEST(NestedCrossValidation, TeachesNothingOfASubjectThatIsHeldOut) {
  DrawnCohort cohort(20, 0, 1);
  const auto before = nested_cross_validation(cohort.data(), kSettings);
  // The chances of a sample depend on its own row and on subjects of other folds, so another row of
  // the same fold can be anything.
  const std::size_t changed = 0;
  std::ranges::fill(cohort.rows.row(changed), 100.0F);
  const auto after = nested_cross_validation(cohort.data(), kSettings);
  for (std::size_t i = 0; i < cohort.subject_of.size(); ++i) {
    if (i == changed || before.fold_of[i] != before.fold_of[changed]) continue;
    EXPECT_EQ(before.chances[i], after.chances[i]) << i;
  }
}

TEST(NestedCrossValidation, TellsClassesThatLieApart) {
  EXPECT_GT(DrawnCohort(40, 4, 2).auc(kSettings), 0.95);
}

TEST(NestedCrossValidation, OfClassesThatDoNotDifferIsAsGoodAsChance) {
  double sum = 0;
  constexpr int kTimes = 40;
  for (int seed = 0; seed < kTimes; ++seed) sum += DrawnCohort(24, 0, seed).auc(kSettings);
  // The AUC of one such cohort has a deviation of about 0.13.
  EXPECT_NEAR(sum / kTimes, 0.5, 3 * 0.13 / std::sqrt(kTimes));
}

double chosen_ridge(const DrawnCohort& cohort) {
  std::vector<std::size_t> all(cohort.subject_of.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  return choose_ridge(cohort.data(), all, kSettings, 1);
}

TEST(ChooseRidge, OfEqualsIsTheLargest) {
  DrawnCohort cohort(40, 0, 3);
  std::ranges::fill(cohort.rows.values(), 0.0F);
  EXPECT_EQ(chosen_ridge(cohort), 100);
}

TEST(ChooseRidge, LetsWeightsGrowWhereThereIsSomethingToLearn) {
  EXPECT_LT(chosen_ridge(DrawnCohort(40, 4, 3)), 100);
}

TEST(PermutedFigures, AreTheSameOnAnyNumberOfThreads) {
  const DrawnCohort cohort(20, 1, 4);
  RunContext one, three;
  three.threads = 3;
  const auto figures = [&](const RunContext& context) {
    return permuted_figures(cohort.data(), kSettings, 6, context, DrawnCohort::auc_of);
  };
  EXPECT_EQ(figures(one), figures(three));
}

TEST(PermutedFigures, AreAroundChanceWhereClassesLieApart) {
  const DrawnCohort cohort(24, 4, 5);
  const auto figures = permuted_figures(cohort.data(), kSettings, 40, {}, DrawnCohort::auc_of);
  double sum = 0;
  for (const double figure : figures) sum += figure;
  EXPECT_NEAR(sum / 40, 0.5, 0.1);
}

TEST(PermutedFigures, GiveRanksThatAreEvenWhereClassesDoNotDiffer) {
  // Ranks of true labels among those dealt anew, in quarters: none is empty, none has half.
  std::vector<int> quarters(4);
  for (std::uint64_t seed = 0; seed < 32; ++seed) {
    const DrawnCohort cohort(12, 0, 100 + seed);
    NestedSettings settings = kSettings;
    settings.folds = 3;
    settings.ridges = {1};
    settings.seed = seed;
    const double observed = cohort.auc(settings);
    const auto figures = permuted_figures(cohort.data(), settings, 19, {}, DrawnCohort::auc_of);
    const auto reached =
        std::ranges::count_if(figures, [&](double figure) { return figure >= observed; });
    ++quarters[static_cast<std::size_t>(reached / 5)];
  }
  for (const int count : quarters) {
    EXPECT_GE(count, 1);
    EXPECT_LE(count, 18);
  }
}

}  // namespace
}  // namespace specbridge
