#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/matrix.h"
#include "decode/decoder_network.h"
#include "train/learners/text_training.h"

namespace specbridge {

/// Texts that are learned together, and what is told of each: tensors on the CPU.
struct TextBatch {
  at::Tensor tokens;      ///< the start first, padded [texts, places]
  at::Tensor follows;     ///< what follows each place; kNoPlace: none is there [texts, places]
  at::Tensor vectors;     ///< [texts, dim]; zeros: nothing is told
  at::Tensor peaks;       ///< [texts, most, 2]
  at::Tensor candidates;  ///< [texts, most, dim]
  std::size_t words = 0;  ///< places of all, their ends included

  static constexpr std::int64_t kNoPlace = -100;
};

/// A text and what is told of it; no spectrum: nothing is.
struct ToldText {
  std::vector<Token> tokens;
  const ToldSpectrum* spectrum = nullptr;
  std::span<const std::uint32_t> candidates = {};  ///< rows of the matrix below
};

/// @param candidates vectors [rows, dim]
TextBatch text_batch(std::span<const ToldText> texts, const SmilesVocabulary& vocabulary,
                     const Matrix& candidates, std::size_t dim);

/// The mean cost of a word in nats, a scalar on the device of the network.
at::Tensor cost_of(const TextBatch& batch, const DecoderNetwork& network);

}  // namespace specbridge
