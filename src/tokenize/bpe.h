#pragma once

#include <memory>

#include "tokenize/subword_model.h"

namespace specbridge {

/// Byte-pair encoding as the Hugging Face library does it: a character that the vocabulary lacks
/// becomes the unknown token, or is dropped where there is none.
std::unique_ptr<SubwordModel> make_bpe(const TokenizerPart& part);

}  // namespace specbridge
