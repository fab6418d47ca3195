#pragma once

#include <cstdint>
#include <vector>

#include "tokenize/tokenizer_part.h"

namespace specbridge {

/// The special tokens that stand before and behind the ids of a text.
struct SpecialEnds {
  std::vector<std::int64_t> before, behind;
  std::size_t count() const { return before.size() + behind.size(); }
};

/// RobertaProcessing, BertProcessing, TemplateProcessing for one text, ByteLevel (adds nothing), a
/// Sequence of them; null adds nothing.
SpecialEnds read_post_processor(const TokenizerPart& part);

}  // namespace specbridge
