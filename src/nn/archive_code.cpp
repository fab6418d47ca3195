#include "nn/archive_code.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace specbridge {
namespace {

/// Walks over the text as the compiler's lexer does, as far as brackets, strings and line ends go.
class CodeWalk {
 public:
  explicit CodeWalk(std::string_view code) : code_(code) {}

  std::optional<std::string> problem() {
    while (at_ < code_.size()) {
      if (const char* what = step()) return fmt::format("line {}: {}", line_, what);
    }
    return {};
  }

 private:
  bool comes(std::string_view text) const { return code_.substr(at_).starts_with(text); }

  /// One character, or one text in quotes. @return what is wrong
  const char* step() {
    const char c = code_[at_];
    if (begins_line_) {
      begins_line_ = false;
      if (const char* what = begin_statement()) return what;
    }
    if (++length_ > kLongestStatement) return "a statement is too long";
    if (c == '\'' || c == '"') return skip_quoted();
    if (c == '#') return skip_comment();
    ++at_;
    if (c == '\\') return "a statement goes on after a backslash";
    if (c == '(' || c == '[' || c == '{')
      return ++depth_ > kDeepestCode ? "brackets are nested too deep" : nullptr;
    if ((c == ')' || c == ']' || c == '}') && depth_ > 0) --depth_;
    if (c == '\n') end_line();
    return nullptr;
  }

  void end_line() {
    ++line_;
    if (depth_ > 0) return;
    begins_line_ = true;
    length_ = 0;
  }

  /// Blanks before a statement make blocks. Every block is indented by one blank at least.
  const char* begin_statement() {
    std::size_t blanks = 0;
    while (at_ + blanks < code_.size() &&
           (code_[at_ + blanks] == ' ' || code_[at_ + blanks] == '\t'))
      ++blanks;
    const std::string_view statement = code_.substr(at_ + blanks);
    if (blanks > 2 * kDeepestCode) return "blocks are nested too deep";
    if (statement.starts_with("elif") && ++elifs_ > kLongestElifChain)
      return "a chain of elif is too long";
    if (statement.starts_with("def ")) elifs_ = 0;
    return nullptr;
  }

  const char* skip_comment() {
    at_ = std::min(code_.find('\n', at_), code_.size());
    return nullptr;
  }

  const char* skip_quoted() {
    const std::string_view three = code_.substr(at_, 3);
    const bool long_form = three == "'''" || three == "\"\"\"";
    const std::string_view quote = code_.substr(at_, long_form ? 3 : 1);
    for (at_ += quote.size(); at_ < code_.size() && !comes(quote); ++at_) {
      if (code_[at_] == '\\') ++at_;
      if (at_ < code_.size() && code_[at_] == '\n') {
        if (!long_form) return "a text is not closed";
        ++line_;
      }
    }
    if (at_ >= code_.size()) return "a text is not closed";
    at_ += quote.size();
    return nullptr;
  }

  std::string_view code_;
  std::size_t at_ = 0, line_ = 1, depth_ = 0, length_ = 0, elifs_ = 0;
  bool begins_line_ = true;
};

}  // namespace

std::optional<std::string> code_problem(std::string_view code) {
  return CodeWalk(code).problem();
}

}  // namespace specbridge
