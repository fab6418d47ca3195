#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenize/tokenizer_part.h"

namespace specbridge {

/// Tokens that are found in the raw text before anything else happens to it.
class AddedTokens {
 public:
  /// @param vocabulary gives the id where it knows the token, as the Hugging Face library does
  AddedTokens(const TokenizerPart& list, const Vocabulary& vocabulary);

  /// Cuts the text: on_text for what is not an added token, on_token for what is, in order.
  void cut(std::string_view text, const std::function<void(std::string_view)>& on_text,
           const std::function<void(std::int64_t)>& on_token) const;
  /// The ids of these tokens are below it; 0: there are none.
  std::int64_t id_bound() const;

 private:
  struct Token {
    std::string content;
    std::int64_t id;
    bool strips_left, strips_right;
  };
  struct Tokens {
    std::vector<Token> list;  // longest first
    std::bitset<256> starts;  // the bytes that they start with
  };

  static void cut_by(const Tokens& tokens, std::string_view text,
                     const std::function<void(std::string_view)>& on_text,
                     const std::function<void(std::int64_t)>& on_token);

  Tokens raw_, normalized_;  // the library looks for the first kind before the second
};

}  // namespace specbridge
