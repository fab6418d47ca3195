#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "tokenize/tokenizer_part.h"

namespace specbridge {

/// Turns the pieces of a pre-tokenizer into ids. Immutable, thread-safe.
class SubwordModel {
 public:
  virtual ~SubwordModel() = default;
  virtual void append_ids(std::string_view piece, std::vector<std::int64_t>& ids) const = 0;
};

/// BPE or WordLevel.
std::unique_ptr<SubwordModel> make_subword_model(const TokenizerPart& part);

/// The vocabulary of a model part.
Vocabulary read_vocabulary(const TokenizerPart& model);

}  // namespace specbridge
