#include "train/learners/text_batch.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace specbridge {
namespace {

const SmilesVocabulary kVocabulary({"<pad>", "<start>", "<end>", "C", "O"});

template <typename Number>
std::vector<Number> numbers_of(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.contiguous();
  const auto* values = flat.const_data_ptr<Number>();
  return {values, values + flat.numel()};
}

Matrix two_candidates() {
  Matrix candidates(2, 2);
  candidates.row(0)[0] = 1;
  candidates.row(1)[1] = 1;
  return candidates;
}

TEST(TextBatch, ShiftsTextsByTheStartAndMarksPlacesThatAreNone) {
  const std::vector<ToldText> texts = {{{3, 3, 4}}, {{4}}};
  const TextBatch batch = text_batch(texts, kVocabulary, Matrix(), 2);
  EXPECT_EQ(numbers_of<std::int64_t>(batch.tokens),
            (std::vector<std::int64_t>{1, 3, 3, 4, 1, 4, 2, 2}));
  EXPECT_EQ(numbers_of<std::int64_t>(batch.follows),
            (std::vector<std::int64_t>{3, 3, 4, 2, 4, 2, -100, -100}));
  EXPECT_EQ(batch.words, 6U);
}

TEST(TextBatch, TellsNothingOfATextWithoutASpectrum) {
  const std::vector<ToldText> texts = {{{3}}};
  const TextBatch batch = text_batch(texts, kVocabulary, Matrix(), 2);
  EXPECT_EQ(numbers_of<float>(batch.vectors), (std::vector<float>{0, 0}));
  EXPECT_EQ(numbers_of<float>(batch.peaks), (std::vector<float>{0, 0}));
  EXPECT_EQ(numbers_of<float>(batch.candidates), (std::vector<float>{0, 0}));
}

TEST(TextBatch, PadsPeaksAndCandidatesWithZeros) {
  const ToldSpectrum one{"C", {{100, 1.1F, 50, 1}}, {0.6F, 0.8F}, {}, {}};
  const ToldSpectrum other{"O", {{200, 1.1F}}, {1, 0}, {}, {}};
  const std::vector<std::uint32_t> both = {1, 0}, second = {1};
  const std::vector<ToldText> texts = {{{3}, &one, second}, {{4}, &other, both}};
  const TextBatch batch = text_batch(texts, kVocabulary, two_candidates(), 2);
  EXPECT_EQ(numbers_of<float>(batch.vectors), (std::vector<float>{0.6F, 0.8F, 1, 0}));
  EXPECT_EQ(numbers_of<float>(batch.peaks),
            (std::vector<float>{100, 1.1F, 50, 1, 200, 1.1F, 0, 0}));
  EXPECT_EQ(numbers_of<float>(batch.candidates), (std::vector<float>{0, 1, 0, 0, 0, 1, 1, 0}));
}

}  // namespace
}  // namespace specbridge
