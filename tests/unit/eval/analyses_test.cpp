#include "eval/analyses.h"
#include "specbridge/tie_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace specbridge {
namespace {

using testing::ElementsAre;

constexpr double kTolerance = 1e-12;

QueryResult ranked(std::size_t rank, std::size_t pool_size, std::size_t ties = 0) {
  QueryResult result;
  result.rank = rank;
  result.ties = ties;
  result.pool_size = result.listed = pool_size;
  return result;
}

/// Mean over all ways to keep `kept` of the decoys, the first `above` of which beat the truth.
struct ByEnumeration {
  double recall = 0, reciprocal = 0;
};

ByEnumeration enumerate(std::size_t decoys, std::size_t above, std::size_t kept,
                        std::size_t cutoff) {
  std::vector<char> chosen(decoys, 0);
  std::fill(chosen.end() - static_cast<std::ptrdiff_t>(kept), chosen.end(), 1);
  ByEnumeration mean;
  double ways = 0;
  do {
    const auto rank =
        1 + std::accumulate(chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(above),
                            std::size_t{0});
    mean.recall += rank <= cutoff ? 1 : 0;
    mean.reciprocal += 1 / static_cast<double>(rank);
    ++ways;
  } while (std::next_permutation(chosen.begin(), chosen.end()));
  return {mean.recall / ways, mean.reciprocal / ways};
}

TEST(PoolSweep, AgreesWithTheHandCase) {
  EXPECT_NEAR(recall_in_smaller_pool(3, 1, 2, 1), 2. / 3, kTolerance);
  EXPECT_NEAR(reciprocal_rank_in_smaller_pool(3, 1, 2), 5. / 6, kTolerance);
}

TEST(PoolSweep, AgreesWithAllSubsetsOfSmallPools) {
  for (std::size_t decoys = 1; decoys <= 8; ++decoys) {
    for (std::size_t above = 0; above <= decoys; ++above) {
      for (std::size_t size = 1; size <= decoys + 1; ++size) {
        for (const std::size_t cutoff : {1, 2, 5}) {
          const auto expected = enumerate(decoys, above, size - 1, cutoff);
          EXPECT_NEAR(recall_in_smaller_pool(decoys, above, size, cutoff), expected.recall,
                      kTolerance)
              << decoys << " " << above << " " << size << " " << cutoff;
          EXPECT_NEAR(reciprocal_rank_in_smaller_pool(decoys, above, size), expected.reciprocal,
                      kTolerance)
              << decoys << " " << above << " " << size;
        }
      }
    }
  }
}

TEST(PoolSweep, IsThePlainFigureForWholePoolsAndCertainForPoolsOfOne) {
  const std::vector results = {ranked(3, 8), ranked(1, 5)};
  const auto sweep = analyse(results, {}).sweep;
  ASSERT_THAT(sweep, testing::SizeIs(4));  // 1, 2, 4, 8
  EXPECT_DOUBLE_EQ(sweep.front().recall.at(1).value(), 1);
  EXPECT_DOUBLE_EQ(sweep.front().mrr.value(), 1);
  EXPECT_EQ(sweep.back().pool_size, 8U);
  EXPECT_EQ(sweep.back().smaller, 1U);
  EXPECT_DOUBLE_EQ(sweep.back().recall.at(1).value(), 0.5);
  EXPECT_DOUBLE_EQ(sweep.back().mrr.value(), (1 + 1. / 3) / 2);
}

TEST(PoolSweep, AveragesOverThePlacesOfExpectedTies) {
  const std::vector tied = {ranked(4, 6, 3)};
  const auto sweep = analyse(tied, {{1}, TieRule::expected, {3}}).sweep;
  double expected = 0;
  for (std::size_t above = 0; above <= 3; ++above) expected += enumerate(5, above, 2, 1).recall / 4;
  EXPECT_NEAR(sweep.front().recall.at(1).value(), expected, kTolerance);
}

constexpr double kNineDigits = 1e-9;

TEST(PoolSweep, IsCertainOfATruthInFrontOfAnyPool) {
  for (const std::size_t all : {2UL, 10'000UL, 1'000'000UL, 100'000'000UL, 200'000'000UL}) {
    for (const std::size_t size : {1UL, 2UL, 16UL, 256UL, all - 1, all}) {
      EXPECT_NEAR(reciprocal_rank_in_smaller_pool(all - 1, 0, size), 1, kNineDigits)
          << all << " " << size;
      EXPECT_NEAR(recall_in_smaller_pool(all - 1, 0, size, 1), 1, kNineDigits)
          << all << " " << size;
    }
  }
}

TEST(PoolSweep, IsCertainOfATruthThatIsAloneInItsPool) {
  for (const std::size_t above : {0UL, 1UL, 1000UL, 99'999'999UL, 199'999'999UL}) {
    EXPECT_NEAR(reciprocal_rank_in_smaller_pool(199'999'999, above, 1), 1, kNineDigits) << above;
    EXPECT_EQ(recall_in_smaller_pool(199'999'999, above, 1, 1), 1) << above;
  }
}

// One decoy in front, drawn into the pool with chance d: 1/rank is 1 or 1/2.
TEST(PoolSweep, IsRightForASecondPlaceInPoolsOfAnySize) {
  for (const double decoys : {1e4, 1e6, 1e8, 2e8 - 1}) {
    for (const double size : {2., 16., 256., 5e3, decoys / 2, decoys}) {
      const auto drawn = static_cast<std::size_t>(size) - 1;
      const double chance = static_cast<double>(drawn) / decoys;
      EXPECT_NEAR(reciprocal_rank_in_smaller_pool(static_cast<std::size_t>(decoys), 1, drawn + 1),
                  1 - chance / 2, kNineDigits)
          << decoys << " " << size;
      EXPECT_NEAR(recall_in_smaller_pool(static_cast<std::size_t>(decoys), 1, drawn + 1, 1),
                  1 - chance, kNineDigits)
          << decoys << " " << size;
    }
  }
}

// As many decoys in front of the truth as there are: the rank is that of the last one, the size.
TEST(PoolSweep, IsRightForALastPlaceInPoolsOfAnySize) {
  for (const std::size_t all : {300UL, 1'000'000UL, 200'000'000UL}) {
    for (const std::size_t size : {1UL, 2UL, 16UL, 256UL, all / 2, all}) {
      EXPECT_NEAR(
          reciprocal_rank_in_smaller_pool(all - 1, all - 1, size) * static_cast<double>(size), 1,
          kNineDigits)
          << all << " " << size;
    }
  }
}

// Draws of a pool of four from a million: 1/rank by the number of the decoys in front drawn.
TEST(PoolSweep, IsRightInTheMiddleOfALargePool) {
  constexpr double kAbove = 400'000, kDecoys = 999'999;
  const auto chance = [](double j) {  // of j of the first three decoys drawn, in this order
    double product = 1;
    for (double i = 0; i < 3; ++i) {
      product *= (i < j ? kAbove - i : kDecoys - kAbove - (i - j)) / (kDecoys - i);
    }
    return product;
  };
  const double none = chance(0), one = 3 * chance(1), two = 3 * chance(2), three = chance(3);
  EXPECT_NEAR(reciprocal_rank_in_smaller_pool(999'999, 400'000, 4),
              none + one / 2 + two / 3 + three / 4, kNineDigits);
  EXPECT_NEAR(recall_in_smaller_pool(999'999, 400'000, 4, 1), none, kNineDigits);
  EXPECT_NEAR(recall_in_smaller_pool(999'999, 400'000, 4, 3), none + one + two, kNineDigits);
}

/// A query whose list ends before its pool does, without the truth.
QueryResult beyond(std::size_t listed, std::size_t pool_size) {
  QueryResult result;
  result.status = Status::beyond_k;
  result.listed = listed;
  result.pool_size = pool_size;
  result.complete = false;
  return result;
}

TEST(PoolSweep, LeavesOpenWhatATruthBehindTheEndOfItsListDecides) {
  const auto sweep = analyse(std::vector{beyond(2, 100), ranked(1, 100)},
                             {{1, 2, 5}, TieRule::worst, {1, 98, 99, 100}})
                         .sweep;
  using Recalls = std::map<std::size_t, std::optional<double>>;
  EXPECT_EQ(sweep[0].recall, (Recalls{{1, {}}, {2, {}}, {5, {}}}));
  EXPECT_EQ(sweep[1].recall, (Recalls{{1, {}}, {2, {}}, {5, {}}}));
  EXPECT_EQ(sweep[2].recall, (Recalls{{1, 0.5}, {2, {}}, {5, {}}}));  // one of the two stays
  EXPECT_EQ(sweep[3].recall, (Recalls{{1, 0.5}, {2, 0.5}, {5, {}}}));
  for (const auto& point : sweep) EXPECT_EQ(point.mrr, std::nullopt);
}

TEST(PoolSweep, LeavesOpenAPoolWhoseSizeIsNotKnown) {
  const auto sweep = analyse(std::vector{beyond(20, 20)}, {{1}, TieRule::worst, {10, 20}}).sweep;
  EXPECT_EQ(sweep[0].recall.at(1), std::nullopt);
  EXPECT_EQ(sweep[1].recall.at(1), 0.0);
}

TEST(PoolSweep, CountsATruthThatIsNotInItsPoolAsAMiss) {
  QueryResult absent;
  absent.status = Status::truth_not_in_pool;
  absent.pool_size = absent.listed = 8;
  const auto sweep = analyse(std::vector{absent, ranked(1, 8)}, {{1}, TieRule::worst, {1}}).sweep;
  EXPECT_EQ(sweep.front().recall.at(1), 0.5);
  EXPECT_EQ(sweep.front().mrr, 0.5);
}

TEST(MedianRank, PutsMissesBehindAllRanks) {
  QueryResult miss;
  EXPECT_EQ(median_rank(std::vector{ranked(1, 9), ranked(5, 9), miss}, TieRule::worst), 5.0);
  EXPECT_EQ(median_rank(std::vector{ranked(1, 9), ranked(4, 9)}, TieRule::worst), 2.5);
  EXPECT_EQ(median_rank(std::vector{ranked(1, 9), miss}, TieRule::worst), std::nullopt);
  EXPECT_EQ(median_rank(std::vector{ranked(4, 9, 3)}, TieRule::expected), 2.5);
}

TEST(RankHistogram, CountsEveryRankOnce) {
  const auto bins = analyse(std::vector{ranked(1, 60), ranked(1, 60), ranked(4, 60), ranked(20, 60),
                                        ranked(60, 60)},
                            {})
                        .ranks;
  std::vector<std::size_t> counts;
  for (const auto& bin : bins) counts.push_back(bin.queries);
  EXPECT_EQ(bins.back().first, 51U);
  EXPECT_EQ(bins.back().last, 100U);
  EXPECT_THAT(counts, ElementsAre(2, 0, 1, 0, 1, 0, 1));  // 1, 2, 3-5, 6-10, 11-20, 21-50, 51-100
}

TEST(RecallCurve, EndsAtTheLargestPoolWithEveryTruthThatIsThere) {
  const auto curve = analyse(std::vector{ranked(2, 3), ranked(7, 12)}, {}).curve;
  EXPECT_EQ(curve.front().cutoff, 1U);
  EXPECT_EQ(curve.front().recall, 0.0);
  EXPECT_EQ(curve.back().cutoff, 12U);
  EXPECT_EQ(curve.back().recall, 1.0);
  EXPECT_DOUBLE_EQ(curve.front().random, (1. / 3 + 1. / 12) / 2);
}

TEST(CollisionEnergy, IsSortedByUnitAndValue) {
  EXPECT_EQ(collision_energy_bin("20 eV"), "15 to 25 eV");
  EXPECT_EQ(collision_energy_bin("15"), "15 to 25 without unit");
  EXPECT_EQ(collision_energy_bin("30(NCE)"), "25 to 35 normalised");
  EXPECT_EQ(collision_energy_bin("90 % (nominal)"), "75 and above normalised");
  EXPECT_EQ(collision_energy_bin("10 V"), "below 15 eV");
  EXPECT_EQ(collision_energy_bin("Ramp 5-60 V"), "ramp or other");
  EXPECT_EQ(collision_energy_bin("HCD"), "ramp or other");
  EXPECT_EQ(collision_energy_bin(""), "not stated");
}

std::vector<std::string> labels(const Breakdown& breakdown) {
  std::vector<std::string> labels;
  for (const auto& stratum : breakdown.strata) labels.push_back(stratum.label);
  return labels;
}

const Breakdown* find(const std::vector<Breakdown>& breakdowns, const std::string& property) {
  const auto it = std::find_if(breakdowns.begin(), breakdowns.end(),
                               [&](const auto& b) { return b.property == property; });
  return it == breakdowns.end() ? nullptr : &*it;
}

TEST(Breakdowns, GiveFiguresForEveryKindOfQuery) {
  std::vector<QueryResult> results = {ranked(1, 9), ranked(2, 9), ranked(1, 9), ranked(9, 9)};
  results[0].traits.adduct = results[1].traits.adduct = results[2].traits.adduct = "[M+H]+";
  results[1].traits.precursor_mz = 150;
  results[2].traits.precursor_mz = 149.9;
  results[0].hardness = 0.55;
  const auto breakdowns = analyse(results, {}).breakdowns;
  const auto* adducts = find(breakdowns, "adduct");
  ASSERT_NE(adducts, nullptr);
  EXPECT_THAT(labels(*adducts), ElementsAre("[M+H]+", "not stated"));
  EXPECT_EQ(adducts->strata[0].queries, 3U);
  EXPECT_DOUBLE_EQ(adducts->strata[0].metrics.recall.at(1).value(), 2. / 3);
  EXPECT_THAT(labels(*find(breakdowns, "precursor_mz")),
              ElementsAre("below 150", "150 to 200", "not stated"));
  EXPECT_THAT(labels(*find(breakdowns, "hardness")), ElementsAre("0.5 to 0.6", "not known"));
  EXPECT_EQ(find(breakdowns, "instrument"), nullptr);
  EXPECT_EQ(find(breakdowns, "nearest_training"), nullptr);
}

TEST(Breakdowns, PutRareWordsTogether) {
  std::vector<QueryResult> results;
  for (std::size_t i = 0; i < 15; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      results.push_back(ranked(1, 2));
      results.back().traits.instrument = std::string(1, static_cast<char>('a' + i));
    }
  }
  const auto breakdowns = analyse(results, {}).breakdowns;
  const auto* instruments = find(breakdowns, "instrument");
  ASSERT_EQ(instruments->strata.size(), 12U);
  EXPECT_EQ(instruments->strata.front().label, "o");
  std::size_t queries = 0;
  for (const auto& stratum : instruments->strata) queries += stratum.queries;
  EXPECT_EQ(queries, results.size());
}

TEST(Histogram, CountsBothEndsAndNothingBeyond) {
  Histogram histogram(0, 1, 4);
  for (const double value : {0.0, 0.25, 0.3, 1.0}) EXPECT_TRUE(histogram.add(value));
  EXPECT_FALSE(histogram.add(1.01));
  EXPECT_FALSE(histogram.add(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_THAT(histogram.counts(), ElementsAre(1, 2, 0, 1));
}

}  // namespace
}  // namespace specbridge
