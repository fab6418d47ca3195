#include "mces/batch.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "specbridge/error.h"

namespace specbridge {
namespace {

const std::vector<std::string> kSmiles = {"CC(=O)OC1=CC=CC=C1C(=O)O",
                                          "CN1C=NC2=C1C(=O)N(C(=O)N2C)C", "c1cc[nH]c1", "C1CCNC1",
                                          "CC(C)CC1=CC=C(C=C1)C(C)C(=O)O"};

std::vector<MoleculeGraph> graphs() {
  std::vector<MoleculeGraph> graphs;
  for (const auto& smiles : kSmiles) {
    graphs.push_back(std::get<MoleculeGraph>(read_molecule_graph(smiles)));
  }
  return graphs;
}

/// Every graph with every graph, in both directions.
std::vector<McesPair> all_pairs(const std::vector<MoleculeGraph>& graphs) {
  std::vector<McesPair> pairs;
  for (const auto& a : graphs) {
    for (const auto& b : graphs) pairs.push_back({&a, &b});
  }
  return pairs;
}

RunContext on_threads(std::size_t threads) {
  RunContext context;
  context.threads = threads;
  return context;
}

TEST(McesBatch, GivesEveryPairItsOwnDistanceOnAnyNumberOfThreads) {
  const auto molecules = graphs();
  const auto pairs = all_pairs(molecules);
  for (const std::size_t threads : {1, 2, 4}) {
    McesBatch batch({});
    const auto results = batch.run(pairs, on_threads(threads));
    ASSERT_EQ(results.size(), pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      EXPECT_EQ(results[i].result, mces(*pairs[i].first, *pairs[i].second)) << "pair " << i;
    }
  }
}

TEST(McesBatch, ComputesAPairOnceInEitherDirection) {
  const auto molecules = graphs();
  McesBatch batch({});
  const std::vector<McesPair> pairs = {{&molecules[0], &molecules[1]},
                                       {&molecules[1], &molecules[0]},
                                       {&molecules[0], &molecules[1]}};
  const auto results = batch.run(pairs, on_threads(2));
  EXPECT_GT(results[0].milliseconds, 0);
  EXPECT_EQ(results[1].milliseconds, 0);
  EXPECT_EQ(results[2].milliseconds, 0);
  EXPECT_EQ(results[1].result, results[0].result);
  EXPECT_EQ(results[2].result, results[0].result);
}

TEST(McesBatch, RemembersPairsOfEarlierCalls) {
  const auto molecules = graphs();
  McesBatch batch({});
  const std::vector<McesPair> there = {{&molecules[2], &molecules[3]}};
  const std::vector<McesPair> back = {{&molecules[3], &molecules[2]}};
  const auto first = batch.run(there, on_threads(1));
  const auto second = batch.run(back, on_threads(1));
  EXPECT_EQ(first[0].result.distance, 2.5);
  EXPECT_EQ(second[0].result, first[0].result);
  EXPECT_EQ(second[0].milliseconds, 0);
}

TEST(McesBatch, NoPairsGiveNoResults) {
  EXPECT_TRUE(McesBatch({}).run({}, on_threads(2)).empty());
}

TEST(McesBatch, StopsWhenInterrupted) {
  const auto molecules = graphs();
  const std::atomic<bool> interrupt{true};
  RunContext context;
  context.interrupt = &interrupt;
  EXPECT_THROW(McesBatch({}).run(all_pairs(molecules), context), Interrupted);
}

}  // namespace
}  // namespace specbridge
