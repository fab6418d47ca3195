#include "samples/pool_sum.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/random.h"

namespace specbridge {
namespace {

Spectrum with_intensity(double intensity) {
  Spectrum spectrum;
  spectrum.precursor_mz = 300;
  spectrum.peaks = {{100, intensity}};
  return spectrum;
}

using Row = std::vector<float>;

TEST(PoolSum, MeanIsThatOfTheVectors) {
  const PoolBasis basis{SamplePool::mean, 2, {}};
  PoolSum sum(basis);
  sum.add(with_intensity(1), std::array{1.0F, 0.0F});
  sum.add(with_intensity(1e6), std::array{0.0F, 1.0F});
  EXPECT_EQ(sum.row(), (Row{0.5F, 0.5F}));
  EXPECT_EQ(sum.spectra(), 2U);
}

TEST(PoolSum, DeviationIsThatOfThePopulation) {
  const PoolBasis basis{SamplePool::mean_deviation, 2, {}};
  PoolSum sum(basis);
  sum.add(with_intensity(1), std::array{1.0F, 0.25F});
  sum.add(with_intensity(1), std::array{0.0F, 0.25F});
  EXPECT_EQ(sum.row(), (Row{0.5F, 0.25F, 0.5F, 0}));
}

TEST(PoolSum, WeightIsTheLogarithmOfTheIntensity) {
  const PoolBasis basis{SamplePool::weighted, 1, {}};
  PoolSum sum(basis);
  sum.add(with_intensity(std::exp(1) - 1), std::array{1.0F});
  sum.add(with_intensity(std::exp(3) - 1), std::array{0.0F});
  EXPECT_FLOAT_EQ(sum.row()[0], 0.25F);
}

TEST(PoolSum, CodebookCountsTheNearestCentre) {
  PoolBasis basis{SamplePool::codebook, 2, {}};
  basis.codebook.centres = Matrix(2, 2);
  basis.codebook.centres.row(0)[0] = 1;
  basis.codebook.centres.row(1)[1] = 1;
  PoolSum sum(basis);
  sum.add(with_intensity(1), std::array{0.8F, 0.6F});
  sum.add(with_intensity(1), std::array{0.6F, 0.8F});
  sum.add(with_intensity(1), std::array{1.0F, 0.0F});
  sum.add(with_intensity(1), std::array{1.0F, 0.0F});
  EXPECT_EQ(sum.row(), (Row{0.75F, 0.25F}));
}

TEST(PoolSum, WordsAreSharesOfTheSpectraThatHaveThem) {
  PoolBasis basis{SamplePool::words, 0, {}};
  basis.codebook.pool = SamplePool::words;
  basis.codebook.words = {*parse_word("peak@50.00"), *parse_word("peak@100.00")};
  PoolSum sum(basis);
  for (const double mz : {100.0, 50.0, 100.0, 70.0}) {
    Spectrum spectrum = with_intensity(1);
    spectrum.peaks[0].mz = mz;
    sum.add(spectrum, {});
  }
  EXPECT_EQ(sum.row(), (Row{0.25F, 0.5F}));
}

/// What the spectra of a sample bring, by their weights, and what its row scores.
void expect_parts_to_sum(const PoolBasis& basis) {
  Random random(4);
  std::vector<Spectrum> spectra;
  std::vector<Row> vectors;
  PoolSum sum(basis);
  for (int i = 0; i < 9; ++i) {
    spectra.push_back(with_intensity(1 + 100 * random.uniform()));
    spectra.back().peaks[0].mz = i % 2 == 0 ? 50 : 100;
    vectors.emplace_back();
    for (std::size_t k = 0; k < basis.dim; ++k) {
      vectors.back().push_back(static_cast<float>(random.normal()));
    }
    sum.add(spectra.back(), vectors.back());
  }
  const Row row = sum.row();
  RowScore score;
  double expected = 0;
  for (const float value : row) {
    score.weights.push_back(random.normal());
    score.origin.push_back(random.normal());
    expected += score.weights.back() * (static_cast<double>(value) - score.origin.back());
  }
  double parts = 0, weights = 0;
  for (std::size_t i = 0; i < spectra.size(); ++i) {
    const double weight = weight_in_sample(spectra[i], basis.pool);
    parts += weight * part_in_score(basis, spectra[i], vectors[i], row, score);
    weights += weight;
  }
  EXPECT_NEAR(parts / weights, expected, 1e-5) << to_string(basis.pool);
}

TEST(PartInScore, SumsToTheScoreOfTheSample) {
  for (const auto pool : {SamplePool::mean, SamplePool::mean_deviation, SamplePool::weighted}) {
    expect_parts_to_sum({pool, 5, {}});
  }
  PoolBasis words{SamplePool::words, 0, {}};
  words.codebook.pool = SamplePool::words;
  words.codebook.words = {*parse_word("peak@50.00"), *parse_word("peak@100.00")};
  expect_parts_to_sum(words);
  PoolBasis codes{SamplePool::codebook, 2, {}};
  codes.codebook.centres = Matrix(2, 2);
  codes.codebook.centres.row(0)[0] = 1;
  codes.codebook.centres.row(1)[1] = 1;
  expect_parts_to_sum(codes);
}

}  // namespace
}  // namespace specbridge
