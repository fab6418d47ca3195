#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "base/random.h"
#include "base/text.h"
#include "eval/hits_scorer.h"
#include "eval/ranks_table.h"
#include "report/report.h"
#include "support/support.h"
#include "unit/eval/structures.h"

namespace specbridge {
namespace {

using test::key;
using test::structure;

constexpr double kRounding = 1e-12;
constexpr std::size_t kQueries = 400;

struct DrawnCandidate {
  std::size_t structure = 0;
  std::string smiles;
  float score = 0;
};

struct DrawnQuery {
  std::size_t truth = 0;
  std::vector<DrawnCandidate> pool;
};

/// Few structures and few scores, so that duplicates, ties and absent truths are frequent; one
/// score in ten is no number, one pool in eight has a single member.
DrawnQuery draw(Random& random) {
  DrawnQuery query;
  query.truth = random.below(30);
  const std::size_t size = random.below(8) == 0 ? 1 : 1 + random.below(60);
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t number = random.below(30);
    const float score = random.below(10) == 0 ? std::numeric_limits<float>::quiet_NaN()
                                              : static_cast<float>(random.below(12)) / 7 - 1;
    query.pool.push_back({number, fmt::format("C{}v{}", number, i), score});
  }
  return query;
}

std::vector<DrawnQuery> draw_queries(std::uint64_t seed) {
  Random random(seed);
  std::vector<DrawnQuery> queries(kQueries);
  for (auto& query : queries) query = draw(random);
  return queries;
}

/// Best score of every structure; minus infinity stands for "not a number", which is the worst.
std::map<std::size_t, double> best_scores(const DrawnQuery& query) {
  std::map<std::size_t, double> best;
  for (const auto& [number, smiles, score] : query.pool) {
    const double value = std::isnan(score) ? -std::numeric_limits<double>::infinity() : score;
    const auto [it, fresh] = best.emplace(number, value);
    if (!fresh) it->second = std::max(it->second, value);
  }
  return best;
}

/// The rank by its definition; 0: the truth is absent.
std::size_t rank_by_definition(const DrawnQuery& query) {
  const auto best = best_scores(query);
  if (!best.contains(query.truth)) return 0;
  std::size_t rank = 0;  // the truth itself is among those that score at least as high
  for (const auto& [number, score] : best) rank += score >= best.at(query.truth) ? 1 : 0;
  return rank;
}

/// Share of queries whose truth is at most at this rank, and mean reciprocal rank, query by query.
double recall_by_definition(const std::vector<DrawnQuery>& queries, std::size_t cutoff) {
  double found = 0;
  for (const auto& query : queries) {
    const std::size_t rank = rank_by_definition(query);
    if (rank != 0 && rank <= cutoff) found += 1;
  }
  return found / static_cast<double>(queries.size());
}

/// Expectation over a random order, place by place.
double random_by_definition(const std::vector<DrawnQuery>& queries,
                            double (*value_at)(std::size_t rank)) {
  double sum = 0;
  for (const auto& query : queries) {
    const auto best = best_scores(query);
    if (!best.contains(query.truth)) continue;
    for (std::size_t rank = 1; rank <= best.size(); ++rank) {
      sum += value_at(rank) / static_cast<double>(best.size());
    }
  }
  return sum / static_cast<double>(queries.size());
}

QueryResult score_with_model_path(const DrawnQuery& query, std::size_t index) {
  std::vector<Molecule> molecules;
  std::vector<std::size_t> pool;
  std::vector<float> scores;
  for (const auto& [number, smiles, score] : query.pool) {
    pool.push_back(molecules.size());
    molecules.push_back(structure(number, smiles));
    scores.push_back(score);
  }
  return score_pool(test::truth(index, structure(query.truth)), molecules, &pool, scores);
}

std::vector<QueryResult> score_all(const std::vector<DrawnQuery>& queries) {
  std::vector<QueryResult> results;
  for (const auto& query : queries) results.push_back(score_with_model_path(query, results.size()));
  return results;
}

/// The same pools as a hits table, with the scores as text.
std::vector<QueryResult> score_as_table(const std::vector<DrawnQuery>& queries) {
  std::string table = "score\tquery_index\tinchikey14\tcandidates\tsmiles\n";
  std::vector<TruthRecord> truths;
  for (const auto& query : queries) {
    const std::size_t candidates = best_scores(query).size();
    for (const auto& [number, smiles, score] : query.pool) {
      table += fmt::format("{}\t{}\t{}\t{}\tC\n", shortest(score), truths.size(), key(number),
                           candidates);
    }
    truths.push_back(test::truth(truths.size(), structure(query.truth)));
  }
  const test::TemporaryFolder folder;
  return HitsScorer(std::move(truths)).score(folder.write("hits.tsv", table), RunContext{}).results;
}

std::string text_of(const std::vector<QueryResult>& results) {
  std::string text;
  for (const auto& result : results) text += to_line(result);
  return text;
}

TEST(Ranking, AgreesWithItsDefinition) {
  const auto queries = draw_queries(11);
  const auto results = score_all(queries);
  for (std::size_t i = 0; i < queries.size(); ++i) {
    EXPECT_EQ(results[i].rank.value_or(0), rank_by_definition(queries[i])) << "query " << i;
    EXPECT_EQ(results[i].pool_size, best_scores(queries[i]).size()) << "query " << i;
    EXPECT_EQ(results[i].status, results[i].rank ? Status::ok : Status::truth_not_in_pool);
  }
}

TEST(Ranking, IsTheSameFromATable) {
  const auto queries = draw_queries(12);
  const auto from_model = score_all(queries);
  const auto from_table = score_as_table(queries);
  for (std::size_t i = 0; i < queries.size(); ++i) {
    EXPECT_EQ(from_table[i].rank, from_model[i].rank) << "query " << i;
    EXPECT_EQ(from_table[i].ties, from_model[i].ties) << "query " << i;
    EXPECT_EQ(from_table[i].pool_size, from_model[i].pool_size) << "query " << i;
    EXPECT_EQ(from_table[i].status, from_model[i].status) << "query " << i;
  }
}

TEST(Ranking, DoesNotDependOnTheOrderOfCandidates) {
  auto queries = draw_queries(13);
  const auto before = text_of(score_all(queries));
  Random random(99);
  for (auto& query : queries) shuffle(std::span(query.pool), random);
  EXPECT_EQ(text_of(score_all(queries)), before);
}

TEST(Ranking, AgreesWithTheDefinitionOfItsMetrics) {
  const auto queries = draw_queries(14);
  const auto report = summarize(score_all(queries));
  double reciprocals = 0;
  for (const auto& query : queries) {
    const std::size_t rank = rank_by_definition(query);
    if (rank != 0) reciprocals += 1 / static_cast<double>(rank);
  }
  for (const std::size_t cutoff : {1, 5, 20}) {
    EXPECT_NEAR(report.metrics.recall.at(cutoff).value(), recall_by_definition(queries, cutoff),
                kRounding);
  }
  EXPECT_NEAR(report.metrics.mrr, reciprocals / kQueries, kRounding);
}

TEST(Ranking, AgreesWithTheExpectationOverRandomOrders) {
  const auto queries = draw_queries(15);
  const auto random = summarize(score_all(queries)).random;
  EXPECT_NEAR(random.recall.at(1).value(),
              random_by_definition(queries, [](std::size_t rank) { return rank <= 1 ? 1. : 0.; }),
              kRounding);
  EXPECT_NEAR(random.recall.at(5).value(),
              random_by_definition(queries, [](std::size_t rank) { return rank <= 5 ? 1. : 0.; }),
              kRounding);
  EXPECT_NEAR(random.recall.at(20).value(),
              random_by_definition(queries, [](std::size_t rank) { return rank <= 20 ? 1. : 0.; }),
              kRounding);
  EXPECT_NEAR(
      random.mrr,
      random_by_definition(queries, [](std::size_t rank) { return 1 / static_cast<double>(rank); }),
      kRounding);
}

}  // namespace
}  // namespace specbridge
