#include "search/candidate_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "base/random.h"

namespace specbridge {
namespace {

using Ranked = std::vector<std::pair<std::size_t, float>>;

Ranked hits_of(const RankedList& list) {
  Ranked hits;
  for (const auto& hit : list.hits) hits.emplace_back(hit.row, hit.score);
  return hits;
}

TEST(Collapse, MakesOneHitOfEveryStructureWithItsBestScore) {
  const RankedList list = collapse(
      {{0, 0.1F, "A", "a1"}, {1, 0.9F, "B", "b1"}, {2, 0.5F, "A", "a2"}, {3, 0.2F, "B", "b2"}}, 0);
  EXPECT_EQ(hits_of(list), (Ranked{{1, 0.9F}, {2, 0.5F}}));
  EXPECT_EQ(list.candidates, 2U);
  EXPECT_EQ(list.status, "ok");
}

TEST(Collapse, OfEqualMembersNamesTheSmallestSmiles) {
  const RankedList list =
      collapse({{0, 0.5F, "A", "c"}, {1, 0.5F, "A", "a"}, {2, 0.5F, "A", "b"}}, 0);
  EXPECT_EQ(hits_of(list), (Ranked{{1, 0.5F}}));
}

TEST(Collapse, OrdersEqualScoresByRow) {
  const RankedList list =
      collapse({{7, 0.5F, "A", "z"}, {2, 0.5F, "B", "y"}, {5, 0.5F, "C", "x"}}, 0);
  EXPECT_EQ(hits_of(list), (Ranked{{2, 0.5F}, {5, 0.5F}, {7, 0.5F}}));
}

TEST(Collapse, KeepsTheBestAndCountsAll) {
  const RankedList list = collapse(
      {{0, 0.1F, "A", "a"}, {1, 0.4F, "B", "b"}, {2, 0.3F, "C", "c"}, {3, 0.2F, "D", "d"}}, 2);
  EXPECT_EQ(hits_of(list), (Ranked{{1, 0.4F}, {2, 0.3F}}));
  EXPECT_EQ(list.candidates, 4U);
  EXPECT_EQ(collapse({{0, 0.1F, "A", "a"}}, 10).hits.size(), 1U);
}

TEST(Collapse, OfNothingIsEmpty) {
  const RankedList list = collapse({}, 5);
  EXPECT_TRUE(list.hits.empty());
  EXPECT_EQ(list.candidates, 0U);
}

TEST(Collapse, DoesNotDependOnTheOrderOfTheMembers) {
  Random random(1);
  std::vector<std::string> keys, smiles;
  for (int i = 0; i < 200; ++i) {
    keys.push_back(std::to_string(random.below(60)));
    smiles.push_back(std::to_string(i));
  }
  std::vector<ScoredMember> members;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const float score = static_cast<float>(random.below(10)) / 10;  // many ties
    members.push_back({i, score, keys[i], smiles[i]});
  }
  const Ranked expected = hits_of(collapse(members, 20));
  for (int round = 0; round < 20; ++round) {
    shuffle(std::span(members), random);
    EXPECT_EQ(hits_of(collapse(members, 20)), expected);
  }
}

TEST(Collapse, AgreesWithASearchThroughAllMembers) {
  Random random(2);
  std::vector<std::string> keys;
  for (int i = 0; i < 500; ++i) keys.push_back(std::to_string(random.below(80)));
  std::vector<ScoredMember> members;
  std::map<std::string, float> best;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto score = static_cast<float>(random.uniform());
    members.push_back({i, score, keys[i], "x"});
    best[keys[i]] = std::max(best[keys[i]], score);
  }
  const RankedList list = collapse(members, 0);
  ASSERT_EQ(list.hits.size(), best.size());
  for (std::size_t i = 0; i < list.hits.size(); ++i) {
    EXPECT_EQ(list.hits[i].score, best.at(keys[list.hits[i].row]));
    EXPECT_GE(list.hits[i == 0 ? 0 : i - 1].score, list.hits[i].score);
  }
}

TEST(Unanswered, HasAReasonAndNoHits) {
  const RankedList list = unanswered("no_pool", "why");
  EXPECT_EQ(list.status, "no_pool");
  EXPECT_EQ(list.message, "why");
  EXPECT_EQ(list.candidates, 0U);
  EXPECT_TRUE(list.hits.empty());
}

}  // namespace
}  // namespace specbridge
