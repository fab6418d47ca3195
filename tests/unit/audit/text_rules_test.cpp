#include "audit/text_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace specbridge {
namespace {

constexpr std::size_t kPools = 60, kCandidates = 20;

/// Texts "CC...": candidate i of pool p has a length of its own; the truth's place and length
/// wander.
PoolTexts plain_pool(std::size_t p) {
  static const std::vector<std::string> kTexts = [] {
    std::vector<std::string> texts;
    for (std::size_t length = 1; length <= kCandidates; ++length) texts.emplace_back(length, 'C');
    return texts;
  }();
  PoolTexts pool;
  for (std::size_t i = 0; i < kCandidates; ++i) {
    const std::string& text = kTexts[(i * 7 + p) % kCandidates];
    pool.written.push_back({text, i == (p * 3) % kCandidates, true, true});
  }
  pool.standardised = pool.written;
  std::ranges::sort(pool.standardised, {}, &WrittenCandidate::text);
  return pool;
}

std::vector<PoolTexts> plain_pools() {
  std::vector<PoolTexts> pools;
  for (std::size_t p = 0; p < kPools; ++p) pools.push_back(plain_pool(p));
  return pools;
}

WrittenCandidate& truth_of(std::vector<WrittenCandidate>& pool) {
  return *std::ranges::find_if(pool, &WrittenCandidate::is_truth);
}

RuleResult result_of(const std::vector<RuleResult>& results, const std::string& rule) {
  for (const auto& result : results) {
    if (result.rule == rule) return result;
  }
  throw std::logic_error("no rule " + rule);
}

std::size_t leaks(const std::vector<RuleResult>& results) {
  return static_cast<std::size_t>(std::ranges::count_if(
      results, [](const auto& result) { return verdict_of(result) == RuleVerdict::leak; }));
}

TEST(TextRules, FindNothingInPoolsThatTellNothing) {
  const auto results = try_text_rules(plain_pools());
  EXPECT_EQ(leaks(results), 0U);
  EXPECT_NEAR(result_of(results, "longest text").by_chance, kPools / double{kCandidates}, 1e-9);
}

TEST(TextRules, ShareFirstPlaceAmongEqualTexts) {
  // All texts are canonical: every candidate is as good as the other.
  const auto result = result_of(try_text_rules(plain_pools()), "RDKit's own spelling");
  EXPECT_NEAR(result.first, kPools / double{kCandidates}, 1e-9);
  EXPECT_EQ(verdict_of(result), RuleVerdict::nothing);
}

TEST(TextRules, FindTruthsInASpellingOfTheirOwn) {
  auto pools = plain_pools();
  for (auto& pool : pools) truth_of(pool.written).is_canonical = false;
  const auto results = try_text_rules(pools);
  EXPECT_EQ(result_of(results, "not RDKit's own spelling").first, kPools);
  EXPECT_EQ(verdict_of(result_of(results, "not RDKit's own spelling")), RuleVerdict::leak);
  EXPECT_EQ(leaks(results), 1U);
}

TEST(TextRules, FindTruthsAtOnePlace) {
  auto pools = plain_pools();
  for (auto& pool : pools) std::swap(truth_of(pool.written), pool.written[4]);
  EXPECT_EQ(verdict_of(result_of(try_text_rules(pools), "place 5 of the list")), RuleVerdict::leak);
}

/// The first pools, of 20, 19, 18 ... candidates: truths keep out of the texts that are left out.
std::vector<PoolTexts> pools_of_many_lengths() {
  auto pools = plain_pools();
  for (std::size_t p = 0; p < pools.size(); ++p) {
    std::swap(truth_of(pools[p].written), pools[p].written[0]);
    pools[p].written.resize(kCandidates - p % 12);
  }
  return pools;
}

TEST(TextRules, FindTruthsAtOnePlaceFromTheEnd) {
  auto pools = pools_of_many_lengths();
  for (auto& pool : pools) {
    std::swap(pool.written[0], pool.written[pool.written.size() - 3]);
  }
  const auto results = try_text_rules(pools);
  EXPECT_EQ(verdict_of(result_of(results, "place 3 of the list, from its end")), RuleVerdict::leak);
  EXPECT_EQ(leaks(results), 1U);
}

TEST(TextRules, FindTruthsInTheMiddle) {
  auto pools = pools_of_many_lengths();
  for (auto& pool : pools) std::swap(pool.written[0], pool.written[pool.written.size() / 2]);
  EXPECT_EQ(verdict_of(result_of(try_text_rules(pools), "middle of the list")), RuleVerdict::leak);
}

TEST(TextRules, FindTruthsWrittenTwice) {
  auto pools = plain_pools();
  for (auto& pool : pools) pool.written.push_back(truth_of(pool.written));
  EXPECT_EQ(verdict_of(result_of(try_text_rules(pools), "text repeated most")), RuleVerdict::leak);
}

TEST(TextRules, TakeADifferenceOfStructureForAPrior) {
  auto pools = plain_pools();
  const std::string longest(kCandidates + 5, 'C');
  for (auto& pool : pools) {
    truth_of(pool.written).text = longest;
    truth_of(pool.standardised).text = longest;
  }
  const auto result = result_of(try_text_rules(pools), "longest text");
  EXPECT_EQ(result.first, kPools);
  EXPECT_EQ(verdict_of(result), RuleVerdict::prior);
}

TEST(TextRules, NeedMoreThanAHandfulOfTruths) {
  auto pools = plain_pools();
  pools.resize(3);
  for (auto& pool : pools) truth_of(pool.written).is_canonical = false;
  EXPECT_EQ(leaks(try_text_rules(pools)), 0U);
}

TEST(TextRules, PassOverPoolsWithoutAChoice) {
  auto pools = plain_pools();
  for (auto& pool : pools) {
    std::erase_if(pool.written, [](const auto& candidate) { return !candidate.is_truth; });
  }
  EXPECT_TRUE(try_text_rules(pools).empty());
}

}  // namespace
}  // namespace specbridge
