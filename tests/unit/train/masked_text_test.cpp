#include "train/learners/masked_text.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

namespace specbridge {
namespace {

using testing::ElementsAre;

constexpr TextTokens kTokens{50, 60};

Random random_of(std::size_t row) {
  return Random(7, row);
}

std::vector<std::int64_t> values_of(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.contiguous().flatten();
  const auto* first = flat.const_data_ptr<std::int64_t>();
  return {first, first + flat.numel()};
}

/// Rows that begin with two places of padding and one that is only seen; ids are 1, 2, ...
at::Tensor packed_texts(std::int64_t texts, std::int64_t own) {
  at::Tensor input = at::zeros({texts, own + 3, 2}, at::kLong);
  const at::Tensor ids = at::arange(1, own + 2, at::kLong);
  input.select(2, 0).narrow(1, 2, own + 1).copy_(ids.expand({texts, own + 1}));
  input.select(2, 1).select(1, 2).fill_(static_cast<std::int64_t>(TokenRole::seen));
  input.select(2, 1).narrow(1, 3, own).fill_(static_cast<std::int64_t>(TokenRole::averaged));
  return input;
}

TEST(MaskedText, KeepsWhatItHidesAndLeavesAllElseAsItIs) {
  const at::Tensor packed = packed_texts(8, 20);
  const at::Tensor before = packed.clone();
  const MaskedTexts texts = masked(packed, 0.3, kTokens, random_of);
  EXPECT_TRUE(at::equal(packed, before));
  ASSERT_GT(texts.tokens.numel(), 0);
  at::Tensor restored = texts.input.clone();
  restored.select(2, 0).index_put_({texts.places.select(1, 0), texts.places.select(1, 1)},
                                   texts.tokens);
  EXPECT_TRUE(at::equal(restored, packed));
}

TEST(MaskedText, HidesOnlyTheTokensOfTheTextItself) {
  const MaskedTexts texts = masked(packed_texts(4, 10), 0.999, kTokens, random_of);
  const at::Tensor places = texts.places.select(1, 1);
  EXPECT_EQ(places.min().item<std::int64_t>(), 3);
  EXPECT_EQ(places.max().item<std::int64_t>(), 12);
  EXPECT_EQ(texts.tokens.numel(), 40);
}

TEST(MaskedText, NeverHidesATokenThatNothingStandsBefore) {
  at::Tensor packed = packed_texts(1, 3);
  packed.select(2, 1).select(1, 2).fill_(static_cast<std::int64_t>(TokenRole::padding));
  EXPECT_THAT(values_of(masked(packed, 0.999, kTokens, random_of).places), ElementsAre(0, 4, 0, 5));
  at::Tensor whole = packed_texts(1, 3).narrow(1, 3, 3);
  EXPECT_THAT(values_of(masked(whole, 0.999, kTokens, random_of).places), ElementsAre(0, 1, 0, 2));
}

TEST(MaskedText, HidesOneTokenOfEachTextAtLeast) {
  const MaskedTexts texts = masked(packed_texts(200, 6), 1e-12, kTokens, random_of);
  const auto rows = values_of(texts.places.select(1, 0));
  EXPECT_EQ(rows.size(), 200U);
  EXPECT_EQ(std::set(rows.begin(), rows.end()).size(), 200U);
  const auto places = values_of(texts.places.select(1, 1));
  EXPECT_THAT(std::set(places.begin(), places.end()), ElementsAre(3, 4, 5, 6, 7, 8));
}

TEST(MaskedText, HidesTheShareThatItIsToldAndShowsMostOfItAsBlank) {
  const MaskedTexts texts = masked(packed_texts(2000, 40), 0.2, kTokens, random_of);
  const auto hidden = static_cast<double>(texts.tokens.numel());
  EXPECT_NEAR(hidden / 80000, 0.2, 0.006);  // four standard deviations
  const at::Tensor shown =
      texts.input.select(2, 0).index({texts.places.select(1, 0), texts.places.select(1, 1)});
  const auto share = [&](const at::Tensor& which) {
    return static_cast<double>(which.sum().item<std::int64_t>()) / hidden;
  };
  // Of those that become any of the 60 tokens, one in 60 is the blank, and one its own.
  EXPECT_NEAR(share(shown == kTokens.blank), 0.8 + 0.1 / 60, 0.013);
  EXPECT_NEAR(share(shown == texts.tokens), 0.1 + 0.1 / 60, 0.01);
  EXPECT_LT(shown.max().item<std::int64_t>(), 60);
}

TEST(MaskedText, DependsOnTheRandomNumbersOfATextAlone) {
  const at::Tensor all = packed_texts(3, 12);
  const MaskedTexts together = masked(all, 0.4, kTokens, random_of);
  const MaskedTexts alone =
      masked(all.narrow(0, 2, 1), 0.4, kTokens, [](std::size_t) { return random_of(2); });
  EXPECT_TRUE(at::equal(together.input[2], alone.input[0]));
}

TEST(MaskedText, CostsWhatThePlaceBeforeSaysOfAHiddenToken) {
  const at::Tensor packed = packed_texts(1, 2);
  const MaskedTexts texts{packed, at::tensor({0, 4}, at::kLong).view({1, 2}),
                          at::tensor({1}, at::kLong)};
  at::Tensor states = at::zeros({1, 5, 2});
  states[0][3][0] = 2;  // the place before
  states[0][4][1] = 9;  // the place itself says nothing
  const at::Tensor prediction = at::tensor({1.0F, 0.0F, 0.0F, 1.0F, 0.5F, 0.5F}).view({3, 2});
  // Logits 2, 0 and 1, of which the second is right.
  const double expected = std::log(std::exp(2.0) + 1 + std::exp(1.0));
  EXPECT_NEAR(cost_of(texts, states, prediction).item<double>(), expected, 1e-6);
}

}  // namespace
}  // namespace specbridge
