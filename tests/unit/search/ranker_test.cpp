#include "search/ranker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>

#include "base/random.h"
#include "unit/search/samples.h"

namespace specbridge {
namespace {

/// A candidate of a made-up store.
struct Made {
  std::size_t row = 0;
  float score = 0;
  std::string key, smiles;
};

/// Ranks candidates with made-up scores.
RankedList rank(const std::vector<Made>& made, std::size_t k) {
  std::size_t rows = 0;
  for (const auto& one : made) rows = std::max(rows, one.row + 1);
  std::vector<std::string> keys(rows), smiles(rows);
  RowSet::Rows chosen;
  std::vector<float> scores;
  for (const auto& one : made) {
    keys[one.row] = one.key;
    smiles[one.row] = one.smiles;
    chosen.push_back(one.row);
    scores.push_back(one.score);
  }
  CandidateSet set;
  set.rows = RowSet(std::move(chosen));
  const ScoreTable alone;
  return ranked_list(set, structures_of(set, scores, test::MadeUpMolecules(keys, smiles)),
                     {scores, alone, 0}, k);
}

using Ranked = std::vector<std::pair<std::size_t, float>>;

Ranked hits_of(const RankedList& list) {
  Ranked hits;
  for (const auto& hit : list.hits) hits.emplace_back(hit.row, hit.score);
  return hits;
}

TEST(RankedList, MakesOneHitOfEveryStructureWithItsBestScore) {
  const RankedList list = rank(
      {{0, 0.1F, "A", "a1"}, {1, 0.9F, "B", "b1"}, {2, 0.5F, "A", "a2"}, {3, 0.2F, "B", "b2"}}, 0);
  EXPECT_EQ(hits_of(list), (Ranked{{1, 0.9F}, {2, 0.5F}}));
  EXPECT_EQ(list.candidates, 2U);
  EXPECT_EQ(list.status, Status::ok);
}

TEST(RankedList, OfEqualMembersNamesTheSmallestSmiles) {
  const RankedList list = rank({{0, 0.5F, "A", "c"}, {1, 0.5F, "A", "a"}, {2, 0.5F, "A", "b"}}, 0);
  EXPECT_EQ(hits_of(list), (Ranked{{1, 0.5F}}));
}

TEST(RankedList, OrdersEqualScoresByRow) {
  const RankedList list = rank({{7, 0.5F, "A", "z"}, {2, 0.5F, "B", "y"}, {5, 0.5F, "C", "x"}}, 0);
  EXPECT_EQ(hits_of(list), (Ranked{{2, 0.5F}, {5, 0.5F}, {7, 0.5F}}));
}

TEST(RankedList, KeepsTheBestAndCountsAll) {
  const RankedList list =
      rank({{0, 0.1F, "A", "a"}, {1, 0.4F, "B", "b"}, {2, 0.3F, "C", "c"}, {3, 0.2F, "D", "d"}}, 2);
  EXPECT_EQ(hits_of(list), (Ranked{{1, 0.4F}, {2, 0.3F}}));
  EXPECT_EQ(list.candidates, 4U);
  EXPECT_EQ(rank({{0, 0.1F, "A", "a"}}, 10).hits.size(), 1U);
}

TEST(RankedList, SaysHowFarTheNextStructureIsBelow) {
  const std::vector<Made> made = {
      {0, 0.25F, "A", "a"}, {1, 1.0F, "B", "b"}, {2, 0.75F, "C", "c"}, {3, 0.9F, "B", "d"}};
  const auto margins = [&](std::size_t k) {
    std::vector<std::optional<float>> found;
    for (const auto& hit : rank(made, k).hits) found.push_back(hit.margin);
    return found;
  };
  using Margins = std::vector<std::optional<float>>;
  EXPECT_EQ(margins(0), (Margins{0.25F, 0.5F, std::nullopt}));
  EXPECT_EQ(margins(2), (Margins{0.25F, 0.5F}));  // of the third, which is not listed
  EXPECT_EQ(margins(3), margins(0));
}

TEST(RankedList, OfNothingIsEmpty) {
  const RankedList list = rank({}, 5);
  EXPECT_TRUE(list.hits.empty());
  EXPECT_EQ(list.candidates, 0U);
}

TEST(RankedList, DoesNotDependOnTheOrderOfTheMembers) {
  Random random(1);
  std::vector<std::string> keys, smiles;
  for (int i = 0; i < 200; ++i) {
    keys.push_back(std::to_string(random.below(60)));
    smiles.push_back(std::to_string(i));
  }
  std::vector<Made> members;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const float score = static_cast<float>(random.below(10)) / 10;  // many ties
    members.push_back({i, score, keys[i], smiles[i]});
  }
  const Ranked expected = hits_of(rank(members, 20));
  for (int round = 0; round < 20; ++round) {
    shuffle(std::span(members), random);
    EXPECT_EQ(hits_of(rank(members, 20)), expected);
  }
}

TEST(RankedList, AgreesWithASearchThroughAllMembers) {
  Random random(2);
  std::vector<std::string> keys;
  for (int i = 0; i < 500; ++i) keys.push_back(std::to_string(random.below(80)));
  std::vector<Made> members;
  std::map<std::string, float> best;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto score = static_cast<float>(random.uniform());
    members.push_back({i, score, keys[i], "x"});
    best[keys[i]] = std::max(best[keys[i]], score);
  }
  const RankedList list = rank(members, 0);
  ASSERT_EQ(list.hits.size(), best.size());
  for (std::size_t i = 0; i < list.hits.size(); ++i) {
    EXPECT_EQ(list.hits[i].score, best.at(keys[list.hits[i].row]));
    EXPECT_GE(list.hits[i == 0 ? 0 : i - 1].score, list.hits[i].score);
  }
}

/// A scorer that gives what it is told, in the order of the candidates.
class Told final : public Scorer {
 public:
  Told(std::string name, Direction direction, std::vector<float> scores)
      : kind_{std::move(name), direction, "1"}, scores_(std::move(scores)) {}
  const EvidenceKind& kind() const noexcept override { return kind_; }
  void score(const ScoringBlock&, ScoreColumn& column, const RunContext&) const override {
    std::ranges::copy(scores_, column.of(0).begin());
  }

 private:
  EvidenceKind kind_;
  std::vector<float> scores_;
};

/// Fused scores of one query under some evidence.
std::vector<float> fused(std::vector<Evidence> evidence, std::size_t candidates) {
  RowSet::Rows rows(candidates);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  CandidateSet set;
  set.rows = RowSet(std::move(rows));
  ScoringBlock block;
  block.sets = {&set};
  const auto table = score_block(block, evidence, 0, {});
  const auto column = fuse(block, table, evidence);
  return {column.of(0).begin(), column.of(0).end()};
}

std::vector<Evidence> evidence_of(std::unique_ptr<Told> first, float weight,
                                  std::unique_ptr<Told> second, float other) {
  std::vector<Evidence> evidence;
  evidence.push_back({std::move(first), weight});
  evidence.push_back({std::move(second), other});
  return evidence;
}

using enum Direction;

TEST(Fuse, OfOneKindIsThatKind) {
  std::vector<Evidence> evidence;
  evidence.push_back({std::make_unique<Told>("a", higher_is_better, std::vector{0.3F, 0.1F}), 7});
  EXPECT_EQ(fused(std::move(evidence), 2), (std::vector{0.3F, 0.1F}));
}

TEST(Fuse, AddsWeightedScores) {
  EXPECT_EQ(fused(evidence_of(
                      std::make_unique<Told>("a", higher_is_better, std::vector{1.0F, 2.0F}), 2,
                      std::make_unique<Told>("b", higher_is_better, std::vector{3.0F, 0.0F}), 0.5F),
                  2),
            (std::vector{3.5F, 4.0F}));
}

TEST(Fuse, LessIsBetterWhereTheKindSaysSo) {
  EXPECT_EQ(
      fused(evidence_of(std::make_unique<Told>("a", higher_is_better, std::vector{0.0F, 0.0F}), 1,
                        std::make_unique<Told>("b", lower_is_better, std::vector{3.0F, 1.0F}), 1),
            2),
      (std::vector{-3.0F, -1.0F}));
}

TEST(Fuse, OfRareEvidenceHavingItIsWeighedAndWhatIsMissingAddsNothing) {
  std::vector<Evidence> evidence;
  evidence.push_back(
      {std::make_unique<Told>("a", higher_is_better, std::vector{1.0F, 1.0F, 1.0F}), {1}});
  evidence.push_back(
      {std::make_unique<Told>("rare", higher_is_better, std::vector{0.5F, kMissing, 0.0F}),
       {4, -1}});
  EXPECT_EQ(fused(std::move(evidence), 3), (std::vector{2.0F, 1.0F, 0.0F}));
}

TEST(Fuse, OtherEvidenceCountsOtherwiseByTheBestOfTheRare) {
  const auto fused_with = [](std::vector<float> rare) {
    std::vector<Evidence> evidence;
    evidence.push_back(
        {std::make_unique<Told>("a", higher_is_better, std::vector{1.0F, 2.0F, kMissing}),
         {.of_score = 3, .per_best_rare = -2}});
    evidence.push_back({std::make_unique<Told>("rare", higher_is_better, std::move(rare)),
                        {.of_score = 4, .of_having = -1.0F}});
    return fused(std::move(evidence), 3);
  };
  // The best is 0.5, so that "a" counts 2 times: what lacks it is its worst.
  EXPECT_EQ(fused_with({0.25F, kMissing, 0.5F}), (std::vector{2.0F, 4.0F, 3.0F}));
  EXPECT_EQ(fused_with({kMissing, kMissing, kMissing}), (std::vector{3.0F, 6.0F, 3.0F}));
}

TEST(Scaled, StretchesWhatIsNearOne) {
  EXPECT_EQ(scaled(0.3F, ScoreScale::as_it_is), 0.3F);
  EXPECT_NEAR(scaled(0.92F, ScoreScale::distance_to_one), 2.302585, 1e-5);
  EXPECT_NEAR(scaled(0.02F, ScoreScale::distance_to_one), 0, 1e-6);
}

TEST(Fuse, WhatIsMissingCountsAsTheWorstOfTheQuery) {
  EXPECT_EQ(
      fused(
          evidence_of(
              std::make_unique<Told>("a", higher_is_better, std::vector{0.0F, 0.0F, 0.0F}), 1,
              std::make_unique<Told>("b", higher_is_better, std::vector{kMissing, 5.0F, 2.0F}), 1),
          3),
      (std::vector{2.0F, 5.0F, 2.0F}));
}

TEST(Fuse, AKindThatNobodyHasDoesNotCount) {
  EXPECT_EQ(
      fused(evidence_of(
                std::make_unique<Told>("a", higher_is_better, std::vector{0.5F, 1.0F}), 1,
                std::make_unique<Told>("b", higher_is_better, std::vector{kMissing, kMissing}), 1),
            2),
      (std::vector{0.5F, 1.0F}));
}

}  // namespace
}  // namespace specbridge
