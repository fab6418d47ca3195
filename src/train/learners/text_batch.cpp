#include "train/learners/text_batch.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace specbridge {
namespace {

std::int64_t signed_size(std::size_t size) {
  return static_cast<std::int64_t>(size);
}

/// Places of the longest of some lists, one at least.
template <typename Texts, typename Length>
std::int64_t longest_of(const Texts& texts, const Length& length) {
  std::size_t most = 1;
  for (const auto& text : texts) most = std::max(most, length(text));
  return signed_size(most);
}

void add_words(std::span<const ToldText> texts, SpecialTokens special, TextBatch& batch) {
  const std::int64_t places =
      longest_of(texts, [](const ToldText& text) { return text.tokens.size() + 1; });
  const auto count = signed_size(texts.size());
  batch.tokens = at::full({count, places}, signed_size(special.end), at::kLong);
  batch.follows = at::full({count, places}, TextBatch::kNoPlace, at::kLong);
  auto* given = batch.tokens.mutable_data_ptr<std::int64_t>();
  auto* follows = batch.follows.mutable_data_ptr<std::int64_t>();
  for (const ToldText& text : texts) {
    given[0] = special.start;
    std::ranges::copy(text.tokens, given + 1);
    *std::ranges::copy(text.tokens, follows).out = special.end;
    batch.words += text.tokens.size() + 1;
    given += places;
    follows += places;
  }
}

void add_spectra(std::span<const ToldText> texts, std::size_t dim, TextBatch& batch) {
  const std::int64_t rows = longest_of(texts, [](const ToldText& text) {
    return text.spectrum == nullptr ? 0 : text.spectrum->peaks.count();
  });
  const auto count = signed_size(texts.size());
  batch.vectors = at::zeros({count, signed_size(dim)}, at::kFloat);
  batch.peaks = at::zeros({count, rows, 2}, at::kFloat);
  auto* vectors = batch.vectors.mutable_data_ptr<float>();
  auto* peaks = batch.peaks.mutable_data_ptr<float>();
  for (const ToldText& text : texts) {
    if (text.spectrum != nullptr) {
      std::ranges::copy(text.spectrum->vector, vectors);
      std::ranges::copy(text.spectrum->peaks.rows, peaks);
    }
    vectors += dim;
    peaks += rows * 2;
  }
}

void add_candidates(std::span<const ToldText> texts, const Matrix& candidates, std::size_t dim,
                    TextBatch& batch) {
  const std::int64_t most =
      longest_of(texts, [](const ToldText& text) { return text.candidates.size(); });
  batch.candidates = at::zeros({signed_size(texts.size()), most, signed_size(dim)}, at::kFloat);
  auto* begin = batch.candidates.mutable_data_ptr<float>();
  for (const ToldText& text : texts) {
    float* place = begin;
    for (const std::uint32_t row : text.candidates) {
      place = std::ranges::copy(candidates.row(row), place).out;
    }
    begin += static_cast<std::size_t>(most) * dim;
  }
}

}  // namespace

TextBatch text_batch(std::span<const ToldText> texts, const SmilesVocabulary& vocabulary,
                     const Matrix& candidates, std::size_t dim) {
  TextBatch batch;
  add_words(texts, vocabulary.special(), batch);
  add_spectra(texts, dim, batch);
  add_candidates(texts, candidates, dim, batch);
  return batch;
}

at::Tensor cost_of(const TextBatch& batch, const DecoderNetwork& network) {
  const at::Tensor memory = network.memory(batch.vectors, batch.peaks, batch.candidates);
  const at::Tensor logits = network.logits(batch.tokens, memory).to(at::kFloat).flatten(0, 1);
  const at::Tensor follows = batch.follows.to(network.device()).flatten();
  return at::cross_entropy_loss(logits, follows, {}, at::Reduction::Mean, TextBatch::kNoPlace);
}

}  // namespace specbridge
