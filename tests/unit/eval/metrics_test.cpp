#include "eval/metrics.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace specbridge {
namespace {

/// Figures of queries with these ranks; nothing: a miss.
Metrics metrics_of(const std::vector<std::optional<std::size_t>>& ranks) {
  std::vector<QueryResult> results;
  for (const auto& rank : ranks) {
    QueryResult& result = results.emplace_back();
    result.rank = rank;
    result.pool_size = result.listed = 256;
  }
  return measure(results);
}

TEST(Metrics, CountRanksUpToTheCutoff) {
  const Metrics metrics = metrics_of({1, 2, 5, 6, 20, 21});
  EXPECT_DOUBLE_EQ(*metrics.recall.at(1), 1.0 / 6);
  EXPECT_DOUBLE_EQ(*metrics.recall.at(5), 3.0 / 6);
  EXPECT_DOUBLE_EQ(*metrics.recall.at(20), 5.0 / 6);
}

TEST(Metrics, AverageReciprocalRanks) {
  EXPECT_DOUBLE_EQ(metrics_of({1, 4}).mrr, 0.625);
}

TEST(Metrics, KeepMissesInEveryDenominator) {
  const Metrics metrics = metrics_of({1, std::nullopt});
  EXPECT_DOUBLE_EQ(*metrics.recall.at(20), 0.5);
  EXPECT_DOUBLE_EQ(metrics.mrr, 0.5);
}

TEST(Metrics, AreZeroWithoutQueries) {
  const Metrics metrics = metrics_of({});
  EXPECT_EQ(*metrics.recall.at(1), 0);
  EXPECT_EQ(metrics.mrr, 0);
}

}  // namespace
}  // namespace specbridge
