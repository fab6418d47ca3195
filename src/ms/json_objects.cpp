#include "ms/json_objects.h"

#include <algorithm>

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

}  // namespace

bool JsonObjects::refill() {
  buffer_.clear();
  at_ = 0;
  return bytes_.read(buffer_, line_);
}

bool JsonObjects::skip_to_object() {
  while (at_ < buffer_.size() || refill()) {
    const char c = buffer_[at_];
    if (kBetween.find(c) == std::string_view::npos) return true;
    if (c == '\n') ++line_;
    ++at_;
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
  return Outcome::unfinished;
}

JsonObjects::Outcome JsonObjects::next() {
  text_.clear();
  if (!skip_to_object()) return Outcome::end;
  first_line_ = line_;
  if (buffer_[at_] == '{') return take_object();
  constexpr std::size_t kShown = 40;
  text_ = buffer_.substr(at_, kShown);
  return Outcome::stray;
}

}  // namespace specbridge
