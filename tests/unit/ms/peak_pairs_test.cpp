#include "ms/similarity/peak_pairs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/random.h"

namespace specbridge {
namespace {

using Places = std::vector<std::pair<std::uint32_t, std::uint32_t>>;  // reference, query

struct BinnedPeaks {
  BinnedPeaks(std::vector<double> values, std::vector<double> weights, const MatchWidth& width)
      : mz(std::move(values)), weight(std::move(weights)), bins(binned(mz, width)) {}
  WeightedPeaks view() const { return {mz, weight, bins}; }
  std::vector<double> mz, weight;
  MzBins bins;
};

BinnedPeaks drawn_peaks(std::size_t count, const MatchWidth& width, Random& random) {
  std::vector<double> mz, weight;
  for (std::size_t i = 0; i < count; ++i) {
    mz.push_back(1020 + 8 * random.uniform());  // across the last bin, which holds all above
    weight.push_back(random.uniform());
  }
  std::ranges::sort(mz);
  return {mz, weight, width};
}

Places places_of(const PeakPairs& pairs) {
  Places places;
  for (const PeakPair& pair : pairs.pairs()) places.emplace_back(pair.reference, pair.query);
  return places;
}

/// All pairs by looking at all.
Places by_looking_at_all(const BinnedPeaks& query, const BinnedPeaks& reference,
                         const MatchWidth& width, double shift) {
  Places places;
  for (std::uint32_t i = 0; i < reference.mz.size(); ++i) {
    for (std::uint32_t j = 0; j < query.mz.size(); ++j) {
      const double mz = query.mz[j] + shift;
      if (mz >= width.low(reference.mz[i]) && mz <= width.high(reference.mz[i])) {
        places.emplace_back(i, j);
      }
    }
  }
  return places;
}

TEST(MatchWidth, IncludesItsLimitsAndIsTheSameInBothDirections) {
  const MatchWidth width({0, 0.25});
  EXPECT_EQ(width.low(100), 99.75);
  EXPECT_EQ(width.high(100), 100.25);
  const MatchWidth relative({10, 0});
  EXPECT_NEAR(relative.high(100), 100.001, 1e-8);
  EXPECT_NEAR(relative.low(relative.high(100)), 100, 1e-12);
  EXPECT_EQ(MatchWidth({10, 0.5}).high(100), 100.5) << "the larger of both";
}

TEST(PeakPairs, FindsTheSameAsLookingAtAllInTheSameOrder) {
  Random random(11);
  for (const Tolerance& tolerance : {Tolerance{0, 0.02}, Tolerance{50, 0}, Tolerance{0, 1.7}}) {
    const MatchWidth width(tolerance);
    for (int trial = 0; trial < 200; ++trial) {
      const BinnedPeaks query = drawn_peaks(random.below(30), width, random);
      const BinnedPeaks reference = drawn_peaks(random.below(30), width, random);
      PeakPairs pairs;
      pairs.add(query.view(), reference.view(), width);
      EXPECT_EQ(places_of(pairs), by_looking_at_all(query, reference, width, 0));
      pairs.clear();
      pairs.add_shifted(query.view(), reference.view(), width, 1.25);
      EXPECT_EQ(places_of(pairs), by_looking_at_all(query, reference, width, 1.25));
    }
  }
}

TEST(PeakPairs, GreedyTakesTheLargestProductFirst) {
  const MatchWidth width({0, 0.1});
  const BinnedPeaks query({100.05, 100.12}, {1, 0.9}, width),
      reference({100, 100.1}, {1, 0.5}, width);
  PeakPairs pairs;
  pairs.add(query.view(), reference.view(), width);
  pairs.choose(Pairing::greedy, 2, 2);
  EXPECT_EQ(places_of(pairs), (Places{{0, 0}, {1, 1}}));
  EXPECT_DOUBLE_EQ(pairs.sum(), 1.45);
}

TEST(PeakPairs, OfEqualProductsThePairAddedLastComesFirst) {
  const MatchWidth width({0, 0.1});
  const BinnedPeaks query({100.05}, {1}, width), reference({100, 100.1}, {1, 1}, width);
  PeakPairs pairs;
  pairs.add(query.view(), reference.view(), width);
  pairs.choose(Pairing::greedy, 1, 2);
  EXPECT_EQ(places_of(pairs), (Places{{1, 0}}));
}

TEST(PeakPairs, TheBestPairingBeatsTheGreedyOneWhereItLooksAhead) {
  const MatchWidth width({0, 0.1});
  const BinnedPeaks query({100, 100.09}, {1, 0.9}, width),
      reference({100.01, 100.18}, {1, 0.9}, width);
  PeakPairs pairs;  // 1 x 1; or 1 x 0.9 would need both others
  pairs.add(query.view(), reference.view(), width);
  pairs.choose(Pairing::optimal, 2, 2);
  EXPECT_DOUBLE_EQ(pairs.sum(), 1.81);
  const BinnedPeaks poor({100, 100.09}, {0.6, 1}, width), rich({100.01, 100.18}, {1, 0.9}, width);
  pairs.clear();
  pairs.add(poor.view(), rich.view(), width);
  pairs.choose(Pairing::greedy, 2, 2);
  EXPECT_DOUBLE_EQ(pairs.sum(), 1);
  pairs.clear();
  pairs.add(poor.view(), rich.view(), width);
  pairs.choose(Pairing::optimal, 2, 2);
  EXPECT_DOUBLE_EQ(pairs.sum(), 1.5);
}

/// The largest sum by trying: each reference peak takes any free partner or none.
double best_sum(const std::vector<PeakPair>& pairs, std::uint32_t reference,
                std::set<std::uint32_t>& taken, std::uint32_t references) {
  if (reference == references) return 0;
  double best = best_sum(pairs, reference + 1, taken, references);
  for (const PeakPair& pair : pairs) {
    if (pair.reference != reference || taken.contains(pair.query)) continue;
    taken.insert(pair.query);
    best = std::max(best, pair.product + best_sum(pairs, reference + 1, taken, references));
    taken.erase(pair.query);
  }
  return best;
}

TEST(PeakPairs, BothPairingsAreOneToOneAndTheBestIsTheBestOfAll) {
  Random random(5);
  const MatchWidth width({0, 1.5});
  for (int trial = 0; trial < 300; ++trial) {
    const BinnedPeaks query = drawn_peaks(6, width, random),
                      reference = drawn_peaks(6, width, random);
    PeakPairs pairs;
    pairs.add(query.view(), reference.view(), width);
    pairs.add_shifted(query.view(), reference.view(), width, 0.5);
    const std::vector<PeakPair> all(pairs.pairs().begin(), pairs.pairs().end());
    PeakPairs greedy = pairs;
    greedy.choose(Pairing::greedy, 6, 6);
    pairs.choose(Pairing::optimal, 6, 6);
    for (const PeakPairs* chosen : {&greedy, &pairs}) {
      std::set<std::uint32_t> references, queries;
      for (const PeakPair& pair : chosen->pairs()) {
        EXPECT_TRUE(references.insert(pair.reference).second);
        EXPECT_TRUE(queries.insert(pair.query).second);
      }
    }
    std::set<std::uint32_t> taken;
    EXPECT_NEAR(pairs.sum(), best_sum(all, 0, taken, 6), 1e-9);
    EXPECT_LE(greedy.sum(), pairs.sum() + 1e-9);
  }
}

TEST(PeakPairs, CountsThePowerOfAPeakOnce) {
  const MatchWidth width({0, 0.1});
  const BinnedPeaks query({100.05, 300}, {2, 5}, width), reference({100, 100.1}, {1, 1}, width);
  PeakPairs pairs;
  pairs.add(query.view(), reference.view(), width);
  EXPECT_EQ(pairs.query_power(query.view()), 4);
}

}  // namespace
}  // namespace specbridge
