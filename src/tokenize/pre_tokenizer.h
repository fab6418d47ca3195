#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tokenize/tokenizer_part.h"

namespace specbridge {

/// Cuts a text into the pieces that the model sees one by one. Thread-safe.
using PreTokenizer = std::function<std::vector<std::string>(const std::string& text)>;

/// ByteLevel, Split, or a Sequence of them; null: the text is one piece.
PreTokenizer make_pre_tokenizer(const TokenizerPart& part);

}  // namespace specbridge
