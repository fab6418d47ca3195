#include "decode/beam_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "base/random.h"

namespace specbridge {
namespace {

using Tokens = std::vector<Token>;

constexpr SpecialTokens kSpecial{0, 1};

/// A decoder whose probabilities after a sequence are drawn from its tokens: the same after the
/// same. It checks that it is asked as agreed.
class DrawnDecoder final : public DecoderStep {
 public:
  DrawnDecoder(std::uint64_t seed, std::size_t vocabulary) : seed_(seed), vocabulary_(vocabulary) {}

  std::size_t vocabulary() const override { return vocabulary_; }
  void begin() override { sequences_ = {Tokens{}}; }
  Matrix next(std::span<const std::size_t> parents, std::span<const Token> tokens) override {
    std::vector<Tokens> longer;
    for (std::size_t i = 0; i < parents.size(); ++i) {
      longer.push_back(sequences_.at(parents[i]));
      longer.back().push_back(tokens[i]);
      EXPECT_EQ(longer.back().front(), kSpecial.start);
    }
    sequences_ = longer;
    Matrix all(sequences_.size(), vocabulary_);
    for (std::size_t i = 0; i < sequences_.size(); ++i) {
      std::ranges::copy(after(sequences_[i]), all.row(i).begin());
    }
    calls.push_back(sequences_.size());
    return all;
  }

  /// Logarithms after a sequence with its start; the start never follows.
  std::vector<float> after(const Tokens& sequence) const {
    std::uint64_t stream = 1;
    for (const Token token : sequence) stream = stream * 31 + token + 1;
    Random random(seed_, stream);
    std::vector<double> weights(vocabulary_);
    double sum = 0;
    for (Token token = 1; token < vocabulary_; ++token) {
      weights[token] = std::exp(2 * random.normal());
      sum += weights[token];
    }
    std::vector<float> logarithms(vocabulary_, kNever);
    for (Token token = 1; token < vocabulary_; ++token) {
      logarithms[token] = static_cast<float>(std::log(weights[token] / sum));
    }
    return logarithms;
  }

  std::vector<std::size_t> calls;  ///< sequences of each

 private:
  std::uint64_t seed_;
  std::size_t vocabulary_;
  std::vector<Tokens> sequences_;
};

/// All sequences up to a length by their probabilities, ended ones first.
std::vector<Sequence> enumerated(const DrawnDecoder& decoder, std::size_t most_tokens) {
  std::vector<Sequence> open = {Sequence{}}, ended;
  for (std::size_t length = 0; length <= most_tokens; ++length) {
    std::vector<Sequence> longer;
    for (const Sequence& sequence : open) {
      Tokens with_start = {kSpecial.start};
      with_start.insert(with_start.end(), sequence.tokens.begin(), sequence.tokens.end());
      const auto logarithms = decoder.after(with_start);
      ended.push_back(sequence);
      ended.back().log_probability += logarithms[kSpecial.end];
      ended.back().ended = true;
      for (Token token = 2; token < logarithms.size(); ++token) {
        longer.push_back(sequence);
        longer.back().tokens.push_back(token);
        longer.back().log_probability += logarithms[token];
      }
    }
    open = std::move(longer);
  }
  std::ranges::stable_sort(ended, std::ranges::greater{}, &Sequence::log_probability);
  return ended;
}

TEST(BeamSearch, WithABeamForEverySequenceIsTheEnumeration) {
  constexpr std::size_t kLongest = 4, kWords = 3;  // 1 + 3 + 9 + 27 + 81 sequences
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    DrawnDecoder decoder(seed, kWords + 2);
    const auto expected = enumerated(decoder, kLongest);
    const auto found = beam_search(decoder, kSpecial, {121, kLongest});
    ASSERT_EQ(found.size(), 121U);
    ASSERT_EQ(expected.size(), 121U);
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_NEAR(found[i].log_probability, expected[i].log_probability, 1e-5);
      EXPECT_EQ(found[i].tokens, expected[i].tokens) << "seed " << seed << ", place " << i;
      EXPECT_TRUE(found[i].ended);
    }
  }
}

TEST(BeamSearch, WithOneBeamTakesTheLikeliestTokenEachTime) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    DrawnDecoder decoder(seed, 7);
    Tokens greedy = {kSpecial.start};
    double sum = 0;
    bool ended = false;
    while (!ended && greedy.size() <= 12) {
      const auto logarithms = decoder.after(greedy);
      const auto best =
          static_cast<Token>(std::ranges::max_element(logarithms) - logarithms.begin());
      if (greedy.size() == 12 && best != kSpecial.end) break;
      sum += logarithms[best];
      ended = best == kSpecial.end;
      if (!ended) greedy.push_back(best);
    }
    const auto found = beam_search(decoder, kSpecial, {1, 11});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].tokens, Tokens(greedy.begin() + 1, greedy.end()));
    if (ended) {
      EXPECT_NEAR(found[0].log_probability, sum, 1e-5);
    }
  }
}

TEST(BeamSearch, MoreBeamsNeverFindLessLikelySequencesThanAllOfThem) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    DrawnDecoder decoder(seed, 5);
    const double best = enumerated(decoder, 4).front().log_probability;
    for (const std::size_t beams : {1, 2, 5, 20}) {
      const auto found = beam_search(decoder, kSpecial, {beams, 4});
      EXPECT_LE(found.size(), beams);
      EXPECT_LE(found.front().log_probability, best + 1e-5);
      EXPECT_TRUE(std::ranges::is_sorted(found, [](const Sequence& a, const Sequence& b) {
        return std::pair(a.ended, a.log_probability) > std::pair(b.ended, b.log_probability);
      }));
    }
  }
}

TEST(BeamSearch, TheDecoderIsAskedOnceForAllOpenSequences) {
  DrawnDecoder decoder(3, 6);
  beam_search(decoder, kSpecial, {4, 10});
  ASSERT_FALSE(decoder.calls.empty());
  EXPECT_EQ(decoder.calls.front(), 1U);
  EXPECT_LE(*std::ranges::max_element(decoder.calls), 4U);
}

/// Allows tokens up to a highest one, and ends of an even number of tokens.
class EvenRule final : public SequenceRule {
 public:
  explicit EvenRule(Token highest) : highest_(highest) {}
  void limit(std::span<const Token>, std::span<float> logarithms) const override {
    for (Token token = highest_ + 1; token < logarithms.size(); ++token) logarithms[token] = kNever;
  }
  bool accepts(std::span<const Token> whole) const override { return whole.size() % 2 == 0; }

 private:
  Token highest_;
};

TEST(BeamSearch, WhatARuleForbidsIsNotFound) {
  const EvenRule rule(3);
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    DrawnDecoder decoder(seed, 8);
    for (const auto& sequence : beam_search(decoder, kSpecial, {6, 9}, &rule)) {
      EXPECT_TRUE(std::ranges::all_of(sequence.tokens, [](Token token) { return token <= 3; }));
      EXPECT_TRUE(!sequence.ended || sequence.tokens.size() % 2 == 0);
    }
  }
}

/// Nothing may follow.
class NothingRule final : public SequenceRule {
 public:
  void limit(std::span<const Token>, std::span<float> logarithms) const override {
    std::ranges::fill(logarithms, kNever);
  }
  bool accepts(std::span<const Token>) const override { return false; }
};

TEST(BeamSearch, ASequenceThatNothingMayFollowIsCutOff) {
  DrawnDecoder decoder(1, 5);
  const NothingRule rule;
  const auto found = beam_search(decoder, kSpecial, {3, 9}, &rule);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].tokens.empty());
  EXPECT_FALSE(found[0].ended);
  const auto drawn = sample_sequences(decoder, kSpecial, {2, 1, 9, 1}, &rule);
  ASSERT_EQ(drawn.size(), 2U);
  EXPECT_FALSE(drawn[0].ended);
}

TEST(Sampling, ASequenceDependsOnTheSeedAndItsNumberAlone) {
  DrawnDecoder decoder(5, 6);
  const auto few = sample_sequences(decoder, kSpecial, {3, 1, 20, 9});
  const auto many = sample_sequences(decoder, kSpecial, {10, 1, 20, 9});
  for (std::size_t i = 0; i < few.size(); ++i) EXPECT_EQ(few[i].tokens, many[i].tokens);
  const auto others = sample_sequences(decoder, kSpecial, {10, 1, 20, 8});
  EXPECT_FALSE(std::ranges::equal(many, others, {}, &Sequence::tokens, &Sequence::tokens));
}

TEST(Sampling, DrawsAsOftenAsProbable) {
  DrawnDecoder decoder(2, 5);
  constexpr std::size_t kDraws = 20000;
  std::map<Token, double> shares;
  for (const auto& sequence : sample_sequences(decoder, kSpecial, {kDraws, 1, 6, 1})) {
    shares[sequence.tokens.empty() ? kSpecial.end : sequence.tokens.front()] += 1.0 / kDraws;
  }
  const auto logarithms = decoder.after({kSpecial.start});
  for (Token token = 1; token < 5; ++token) {
    const double expected = std::exp(logarithms[token]);
    EXPECT_NEAR(shares[token], expected, 5 * std::sqrt(expected / kDraws));  // 5 standard errors
  }
}

TEST(Sampling, ColdDrawsAreTheLikeliestSequence) {
  DrawnDecoder decoder(4, 6);
  const auto greedy = beam_search(decoder, kSpecial, {1, 10}).front();
  const auto drawn = sample_sequences(decoder, kSpecial, {5, 1e-3, 10, 1});
  for (const auto& sequence : drawn) {
    EXPECT_EQ(sequence.tokens, greedy.tokens);
    if (greedy.ended) {
      EXPECT_NEAR(sequence.log_probability, greedy.log_probability, 1e-5);
    }
  }
}

}  // namespace
}  // namespace specbridge
