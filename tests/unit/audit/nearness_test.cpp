#include "audit/nearness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/random.h"

namespace specbridge {
namespace {

TEST(TrainingNeighbours, TellTheLargestSimilarityAndMeans) {
  const std::vector<FingerprintBits> training = {{1, 2, 3}, {3, 4}, {9}};
  const Nearness found = TrainingNeighbours(training).of({2, 3});
  EXPECT_NEAR(found[0], 2.0 / 3, 1e-12);
  EXPECT_NEAR(found[1], (2.0 / 3 + 1.0 / 3 + 0) / 3, 1e-12);  // there are no ten
  EXPECT_EQ(found[1], found[2]);
}

TEST(TrainingNeighbours, KnowBitsThatNoTrainingMoleculeHas) {
  const std::vector<FingerprintBits> training = {{1}};
  EXPECT_EQ(TrainingNeighbours(training).of({500}), (Nearness{0, 0, 0}));
  EXPECT_EQ(TrainingNeighbours({}).of({1}), (Nearness{0, 0, 0}));
}

TEST(TrainingNeighbours, AgreeWithComparingOneByOne) {
  Random random(11);
  const auto drawn = [&] {
    FingerprintBits bits;
    for (std::uint16_t bit = 0; bit < 64; ++bit) {
      if (random.below(4) == 0) bits.push_back(bit);
    }
    return bits;
  };
  std::vector<FingerprintBits> training(150);
  for (auto& one : training) one = drawn();
  const TrainingNeighbours neighbours(training);
  for (int i = 0; i < 20; ++i) {
    const auto molecule = drawn();
    std::vector<double> similarity;
    for (const auto& one : training) similarity.push_back(tanimoto(molecule, one));
    std::ranges::sort(similarity, std::ranges::greater());
    const auto mean = [&](std::size_t count) {
      double sum = 0;
      for (std::size_t k = 0; k < count; ++k) sum += similarity[k];
      return sum / static_cast<double>(count);
    };
    const Nearness found = neighbours.of(molecule);
    EXPECT_NEAR(found[0], similarity[0], 1e-12);
    EXPECT_NEAR(found[1], mean(10), 1e-12);
    EXPECT_NEAR(found[2], mean(100), 1e-12);
  }
}

}  // namespace
}  // namespace specbridge
