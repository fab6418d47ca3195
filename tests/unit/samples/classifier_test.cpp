#include "samples/classifier.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/random.h"

namespace specbridge {
namespace {

/// Rows whose first number tells their class, more or less; the last is the same in all.
struct DrawnRows {
  DrawnRows(std::size_t samples, std::size_t width, std::size_t class_count)
      : rows(samples, width) {
    Random random(8);
    for (std::size_t i = 0; i < samples; ++i) {
      classes.push_back(i % class_count);
      for (auto& value : rows.row(i)) value = static_cast<float>(random.normal());
      rows.row(i)[0] += static_cast<float>(classes.back());
      rows.row(i)[width - 1] = 0.1F;
    }
  }
  Matrix rows;
  std::vector<std::size_t> classes;
};

std::vector<std::size_t> numbers(std::size_t first, std::size_t last) {
  std::vector<std::size_t> range(last - first);
  std::iota(range.begin(), range.end(), first);
  return range;
}

Matrix first_rows(const Matrix& rows, std::size_t count) {
  Matrix first(count, rows.cols());
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < rows.cols(); ++k) first.row(i)[k] = rows.row(i)[k];
  }
  return first;
}

/// Chances of samples that were not learned from, by products and by weights.
void expect_same_chances(std::size_t class_count) {
  const DrawnRows drawn(40, 700, class_count);
  const auto learned = numbers(0, 30), asked = numbers(30, 40);
  const std::vector<std::size_t> classes(drawn.classes.begin(), drawn.classes.begin() + 30);
  const auto products = fold_products(drawn.rows, learned, asked);
  const auto by_products = asked_chances(products, classes, class_count, 0.1);
  const auto classifier = fit_classifier(first_rows(drawn.rows, 30), classes, class_count, 0.1);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto by_weights = classifier.chances_of(drawn.rows.row(asked[i]));
    ASSERT_EQ(by_weights.size(), class_count);
    EXPECT_NEAR(std::accumulate(by_weights.begin(), by_weights.end(), 0.0), 1, 1e-12);
    for (std::size_t c = 0; c < class_count; ++c) {
      EXPECT_NEAR(by_weights[c], by_products[i][c], 1e-9);
    }
  }
}

TEST(Classifier, OfWeightsIsThatOfProducts) {
  expect_same_chances(2);
  expect_same_chances(3);
}

TEST(Classifier, DoesNotDependOnTheUnitOfANumber) {
  DrawnRows plain(20, 4, 2), scaled(20, 4, 2);
  for (std::size_t i = 0; i < 20; ++i) scaled.rows.row(i)[1] = 8 * scaled.rows.row(i)[1] - 2;
  const auto a = fit_classifier(plain.rows, plain.classes, 2, 0.1);
  const auto b = fit_classifier(scaled.rows, scaled.classes, 2, 0.1);
  EXPECT_NEAR(a.chances_of(plain.rows.row(3))[1], b.chances_of(scaled.rows.row(3))[1], 1e-6);
}

TEST(Classifier, GivesNoWeightToANumberThatIsTheSameInAll) {
  const DrawnRows drawn(20, 4, 2);
  const auto classifier = fit_classifier(drawn.rows, drawn.classes, 2, 0.1);
  EXPECT_EQ(classifier.weights[0][3], 0);
  EXPECT_EQ(classifier.weights_of_row(1)[3], 0);
  EXPECT_GT(classifier.weights[0][0], 0);
}

TEST(Classifier, WeightsOfARowMoveItsDecision) {
  const DrawnRows drawn(20, 4, 2);
  const auto classifier = fit_classifier(drawn.rows, drawn.classes, 2, 0.1);
  std::vector<float> row(drawn.rows.row(0).begin(), drawn.rows.row(0).end());
  const double before = classifier.decisions_on(row)[0];
  row[1] += 0.5F;
  EXPECT_NEAR(classifier.decisions_on(row)[0] - before, 0.5 * classifier.weights_of_row(1)[1],
              1e-6);
  EXPECT_EQ(classifier.weights_of_row(0)[1], -classifier.weights_of_row(1)[1]);
}

TEST(FoldProducts, AreOfTheStandardOfWhatIsLearnedFrom) {
  Matrix rows(3, 1);
  rows.row(0)[0] = 1;
  rows.row(1)[0] = 3;
  rows.row(2)[0] = 7;
  const auto products =
      fold_products(rows, std::array<std::size_t, 2>{0, 1}, std::array<std::size_t, 1>{2});
  EXPECT_EQ(products.learned, (std::vector<double>{1, -1, -1, 1}));
  EXPECT_EQ(products.asked, (std::vector<double>{-5, 5}));
}

TEST(ChancesOfDecisions, OfSeveralClassesSumToOne) {
  const auto chances = chances_of_decisions(std::array{0.0, 0.0, std::log(3)});
  EXPECT_NEAR(chances[0], 0.5 / 1.75, 1e-12);
  EXPECT_NEAR(chances[2], 0.75 / 1.75, 1e-12);
}

}  // namespace
}  // namespace specbridge
