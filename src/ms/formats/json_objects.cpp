#include "ms/formats/json_objects.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace specbridge {
namespace {

constexpr std::string_view kBetween = " \t\r\n,[]\xef\xbb\xbf";

/// Follows strings and braces through the text of one object.
class Nesting {
 public:
  /// True when the byte closes the outermost brace.
  bool closes(char c) {
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
      return false;
    }
    if (c == '"') in_string_ = true;
    if (c == '{' || c == '[') deepest_ = std::max(deepest_, ++depth_);
    return (c == '}' || c == ']') && --depth_ == 0;
  }
  std::size_t deepest() const { return deepest_; }

 private:
  bool in_string_ = false, escaped_ = false;
  std::size_t depth_ = 0, deepest_ = 0;
};

constexpr std::string_view kBlanks = " \t\r\n";

void skip_blanks(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
}

bool take(std::string_view& text, char c) {
  skip_blanks(text);
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

/// Removes a text in quotes; nothing when there is none.
std::optional<std::string_view> take_quoted(std::string_view& text) {
  if (!take(text, '"')) return {};
  std::size_t end = 0;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  if (end >= text.size()) return {};
  const auto quoted = text.substr(0, end);
  text.remove_prefix(end + 1);
  return quoted;
}

/// Removes a text, a number or a word, and the comma behind it.
bool take_scalar(std::string_view& text) {
  skip_blanks(text);
  if (text.starts_with('"')) return take_quoted(text) && take(text, ',');
  const auto end = text.find_first_of(",[]{}\"");
  if (end == std::string_view::npos || text[end] != ',') return false;
  text.remove_prefix(end + 1);
  return true;
}

/// Whether the object at the start of `text` is a record, as far as the text goes.
bool begins_with_record(std::string_view text) {
  skip_blanks(text);
  if (!text.starts_with('{')) return false;
  Nesting nesting;
  std::size_t end = 0;
  while (end < text.size() && !nesting.closes(text[end])) ++end;
  return text.substr(0, end).find("\"peaks_json\"") != std::string_view::npos;
}

/// Where the array of records begins in '{"version": 1, "spectra": [{...}, ...'; nothing when the
/// text does not begin like that.
std::optional<std::size_t> start_of_wrapped(std::string_view text) {
  const std::size_t size = text.size();
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (!take(text, '{')) return {};
  while (true) {
    const auto key = take_quoted(text);
    if (!key || *key == "annotations" || !take(text, ':')) return {};
    skip_blanks(text);
    const std::size_t start = size - text.size();
    if (take(text, '[')) return begins_with_record(text) ? std::optional(start) : std::nullopt;
    if (!take_scalar(text)) return {};
  }
}

}  // namespace

bool JsonObjects::refill() {
  buffer_.clear();
  at_ = 0;
  return bytes_.read(buffer_, line_);
}

void JsonObjects::skip_wrapper() {
  constexpr std::size_t kLook = std::size_t{1} << 16;
  auto left = start_of_wrapped(bytes_.peek(kLook)).value_or(0);
  wrapped_ = left > 0;
  while (left > 0 && (at_ < buffer_.size() || refill())) {
    if (buffer_[at_++] == '\n') ++line_;
    --left;
  }
}

bool JsonObjects::skip_to_object() {
  while (at_ < buffer_.size() || refill()) {
    const char c = buffer_[at_];
    if (kBetween.find(c) == std::string_view::npos) return true;
    ++at_;
    if (c == '\n') ++line_;
    if (c == '[') ++open_;
    if (c == ']' && open_ > 0) --open_;
    if (c == ']' && open_ == 0 && wrapped_) return false;  // what follows is no record
  }
  return false;
}

JsonObjects::Outcome JsonObjects::take_object() {
  Nesting nesting;
  bool kept = true;
  while (at_ < buffer_.size() || refill()) {
    const std::size_t start = at_;
    bool closed = false;
    while (at_ < buffer_.size() && !closed) {
      const char c = buffer_[at_++];
      if (c == '\n') ++line_;
      closed = nesting.closes(c);
    }
    kept = kept && text_.size() + at_ - start <= kMaxObjectBytes && nesting.deepest() <= kMaxDepth;
    if (kept) {
      text_.append(buffer_, start, at_ - start);
    } else {
      text_ = {};
    }
    if (closed) return kept ? Outcome::object : Outcome::too_large;
  }
  ended_ = true;
  return Outcome::unfinished;
}

JsonObjects::Outcome JsonObjects::next() {
  text_.clear();
  if (!std::exchange(begun_, true)) skip_wrapper();
  if (ended_ || !skip_to_object()) {
    const bool unclosed = open_ > 0 && !ended_;
    ended_ = true;
    return unclosed ? Outcome::unclosed : Outcome::end;
  }
  first_line_ = line_;
  if (buffer_[at_] == '{') return take_object();
  constexpr std::size_t kShown = 40;
  text_ = buffer_.substr(at_, kShown);
  return Outcome::stray;
}

}  // namespace specbridge
