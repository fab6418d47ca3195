#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <functional>

#include "base/random.h"
#include "encode/trainable_encoder.h"

namespace specbridge {

/// Texts of which some tokens are hidden, for a network that sees all of a text at once.
struct MaskedTexts {
  at::Tensor input;   ///< as TrainableEncoder::pack() gives it, tokens hidden [texts, places, 2]
  at::Tensor places;  ///< text and place of each hidden token [hidden, 2]
  at::Tensor tokens;  ///< their ids [hidden]
};

/// Hides tokens of texts. Of the tokens of a text itself that others stand before, each is hidden
/// with probability `share`, and one where that hides none. Of the hidden ones 80 % become the
/// blank, 10 % any token, and 10 % stay as they are (Devlin et al., NAACL 2019), so that the state
/// of a token that is shown is learned, too.
/// @param packed what pack() gave: on the CPU, stays as it is @param random of the text of a row
MaskedTexts masked(const at::Tensor& packed, double share, const TextTokens& tokens,
                   const std::function<Random(std::size_t)>& random);

/// The mean cost in nats of telling a hidden token from the state of the place before it, as
/// language models tell the next one (masked next-token prediction: BehnamGhader et al., LLM2Vec,
/// COLM 2024). A scalar on the device of the states.
/// @param states of all tokens [texts, places, dim] @param prediction [ids, dim]
at::Tensor cost_of(const MaskedTexts& texts, const at::Tensor& states,
                   const at::Tensor& prediction);

}  // namespace specbridge
