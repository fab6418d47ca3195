#include "tokenize/added_tokens.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "tokenize/unicode.h"

namespace specbridge {
namespace {

/// The text without white space at its end.
std::string_view stripped_right(std::string_view text) {
  while (!text.empty()) {
    std::size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80) --start;
    if (!is_space(code_points(text.substr(start)).front())) break;
    text = text.substr(0, start);
  }
  return text;
}

/// How many bytes of white space the text starts with.
std::size_t leading_space(std::string_view text) {
  std::size_t bytes = 0;
  std::string encoded;
  for (const char32_t code : code_points(text)) {
    if (!is_space(code)) break;
    append_utf8(encoded, code);
    bytes = encoded.size();
  }
  return bytes;
}

}  // namespace

AddedTokens::AddedTokens(const TokenizerPart& list, const Vocabulary& vocabulary) {
  if (list.is_null()) return;
  if (!list.json().is_array()) list.refuse("must be a list");
  for (const Json& json : list.json()) {
    const TokenizerPart part(json, list.where());
    const std::string content = part.text("content");
    if (content.empty()) continue;
    if (part.flag("single_word", false)) {
      part.refuse(fmt::format("\"single_word\" of \"{}\" is not supported", one_line(content, 60)));
    }
    const auto known = vocabulary.find(content);
    Tokens& tokens = part.flag("normalized", true) ? normalized_ : raw_;
    tokens.starts.set(static_cast<unsigned char>(content.front()));
    tokens.list.push_back({content, known == vocabulary.end() ? part.id("id") : known->second,
                           part.flag("lstrip", false), part.flag("rstrip", false)});
  }
  for (Tokens* tokens : {&raw_, &normalized_}) {
    std::ranges::stable_sort(tokens->list, std::greater<>(),
                             [](const Token& token) { return token.content.size(); });
  }
}

void AddedTokens::cut_by(const Tokens& tokens, std::string_view text,
                         const std::function<void(std::string_view)>& on_text,
                         const std::function<void(std::int64_t)>& on_token) {
  std::size_t done = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (!tokens.starts.test(static_cast<unsigned char>(text[at]))) {
      ++at;
      continue;
    }
    const auto token = std::ranges::find_if(tokens.list, [&](const Token& candidate) {
      return text.substr(at).starts_with(candidate.content);
    });
    if (token == tokens.list.end()) {
      ++at;
      continue;
    }
    std::string_view before = text.substr(done, std::max(at, done) - done);
    if (token->strips_left) before = stripped_right(before);
    if (!before.empty()) on_text(before);
    on_token(token->id);
    at += token->content.size();
    done = at + (token->strips_right ? leading_space(text.substr(at)) : 0);
  }
  if (done < text.size()) on_text(text.substr(done));
}

std::int64_t AddedTokens::id_bound() const {
  std::int64_t bound = 0;
  for (const Tokens* tokens : {&raw_, &normalized_}) {
    for (const Token& token : tokens->list) bound = std::max(bound, token.id + 1);
  }
  return bound;
}

void AddedTokens::cut(std::string_view text, const std::function<void(std::string_view)>& on_text,
                      const std::function<void(std::int64_t)>& on_token) const {
  const auto second = [&](std::string_view part) { cut_by(normalized_, part, on_text, on_token); };
  cut_by(raw_, text, second, on_token);
}

}  // namespace specbridge
