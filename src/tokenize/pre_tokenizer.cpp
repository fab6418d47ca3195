#include "tokenize/pre_tokenizer.h"

#include <fmt/format.h>

#include <memory>
#include <regex>

#include "base/text.h"
#include "tokenize/byte_level.h"
#include "tokenize/published_splits.h"
#include "tokenize/unicode.h"

namespace specbridge {
namespace {

using Pieces = std::vector<std::string>;

/// Whether a stretch of text is what the pattern looks for, or lies between two of those.
enum class Stretch { match, gap };

/// Calls consume(text, stretch) for matches and gaps in order.
using Finder = std::function<void(const std::string& text,
                                  const std::function<void(std::string, Stretch)>& consume)>;

Finder literal_finder(const std::string& literal) {
  return [literal](const std::string& text, const auto& consume) {
    std::size_t gap = 0;
    for (std::size_t at = text.find(literal); at != std::string::npos;
         at = text.find(literal, gap)) {
      consume(text.substr(gap, at - gap), Stretch::gap);
      consume(literal, Stretch::match);
      gap = at + literal.size();
    }
    consume(text.substr(gap), Stretch::gap);
  };
}

Finder published_finder(TextSplit split) {
  return [split](const std::string& text, const auto& consume) {
    for (std::string& piece : split(text)) consume(std::move(piece), Stretch::match);
  };
}

/// std::wregex goes one level deeper for every character of a match, so a match sees so many at
/// most: more than any token has, and far from the end of the stack.
constexpr std::size_t kLongestMatch = 4096;

void find_matches(const std::wregex& pattern, const std::string& text,
                  const std::function<void(std::string, Stretch)>& consume) {
  static_assert(sizeof(wchar_t) == sizeof(char32_t), "wchar_t must hold a code point");
  const std::u32string codes = code_points(text);
  const std::wstring wide(codes.begin(), codes.end());
  const auto part = [&](std::size_t begin, std::size_t end) {
    return utf8(std::u32string_view(codes).substr(begin, end - begin));
  };
  std::size_t gap = 0, at = 0;
  std::wsmatch match;
  while (at < wide.size()) {
    const auto begin = wide.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(kLongestMatch, wide.size() - at));
    auto flags = std::regex_constants::match_continuous | std::regex_constants::match_not_null;
    if (at > 0) flags |= std::regex_constants::match_prev_avail;
    if (!std::regex_search(begin, end, match, pattern, flags)) {
      ++at;
      continue;
    }
    consume(part(gap, at), Stretch::gap);
    gap = at + static_cast<std::size_t>(match.length());
    consume(part(at, gap), Stretch::match);
    at = gap;
  }
  consume(part(gap, wide.size()), Stretch::gap);
}

/// Whether a pattern has \p or \P, which std::wregex takes for the letters.
bool has_unicode_class(std::string_view pattern) {
  for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
    if (pattern[i] != '\\') continue;
    ++i;
    if (pattern[i] == 'p' || pattern[i] == 'P') return true;
  }
  return false;
}

Finder regex_finder(const TokenizerPart& part, const std::string& pattern) {
  if (const TextSplit split = find_published_split(pattern)) return published_finder(split);
  if (has_unicode_class(pattern)) {
    part.refuse(
        fmt::format("its pattern \"{}\" has classes of Unicode, of which this program knows "
                    "the patterns of GPT-2 and Llama 3 alone",
                    one_line(pattern, 120)));
  }
  try {
    const std::u32string codes = code_points(pattern);
    auto compiled = std::make_shared<const std::wregex>(
        std::wstring(codes.begin(), codes.end()),
        std::regex_constants::ECMAScript | std::regex_constants::optimize);
    if (std::regex_match(L"", *compiled)) part.refuse("its pattern matches nothing at all");
    // Shared by the copies of one closure; the regex itself is never written again.
    return [compiled](const std::string& text, const auto& consume) {
      find_matches(*compiled, text, consume);
    };
  } catch (const std::regex_error&) {
    part.refuse(fmt::format("its pattern \"{}\" is no regular expression this program can read",
                            one_line(pattern, 120)));
  }
}

Finder make_finder(const TokenizerPart& part) {
  const TokenizerPart pattern = part.child("pattern");
  if (pattern.json().is_object() && pattern.json().contains("Regex")) {
    return regex_finder(part, pattern.text("Regex"));
  }
  const std::string literal = pattern.text("String");
  if (literal.empty()) part.refuse("its pattern is empty");
  return literal_finder(literal);
}

PreTokenizer make_split(const TokenizerPart& part) {
  part.only({"pattern", "behavior", "invert"});
  const std::string behavior = part.text("behavior");
  if (behavior != "Isolated" && behavior != "Removed") {
    part.refuse(fmt::format("behavior is \"{}\", this program knows Isolated and Removed",
                            one_line(behavior, 60)));
  }
  const bool keeps_all = behavior == "Isolated";
  const Stretch removed = part.flag("invert", false) ? Stretch::gap : Stretch::match;
  return [=, find = make_finder(part)](const std::string& text) {
    Pieces pieces;
    find(text, [&](std::string piece, Stretch stretch) {
      if (!piece.empty() && (keeps_all || stretch != removed)) pieces.push_back(std::move(piece));
    });
    return pieces;
  };
}

PreTokenizer make_byte_level(const TokenizerPart& part) {
  part.only({"add_prefix_space", "trim_offsets", "use_regex"});
  const bool prefix_space = part.flag("add_prefix_space", true);
  const bool use_regex = part.flag("use_regex", true);
  return [=](const std::string& text) {
    const std::string whole = prefix_space && !text.starts_with(' ') ? " " + text : text;
    Pieces pieces = use_regex ? gpt2_pieces(whole) : Pieces{whole};
    for (std::string& piece : pieces) piece = byte_characters(piece);
    return pieces;
  };
}

PreTokenizer make_sequence(const TokenizerPart& part) {
  part.only({"pretokenizers"});
  const TokenizerPart list = part.child("pretokenizers");
  if (!list.json().is_array()) list.refuse("must be a list");
  std::vector<PreTokenizer> steps;
  for (const Json& json : list.json()) steps.push_back(make_pre_tokenizer({json, list.where()}));
  return [steps = std::move(steps)](const std::string& text) {
    Pieces pieces = {text};
    for (const PreTokenizer& step : steps) {
      Pieces next;
      for (const std::string& piece : pieces) {
        for (std::string& part_of_piece : step(piece)) next.push_back(std::move(part_of_piece));
      }
      pieces = std::move(next);
    }
    return pieces;
  };
}

}  // namespace

PreTokenizer make_pre_tokenizer(const TokenizerPart& part) {
  if (part.is_null()) return [](const std::string& text) { return Pieces{text}; };
  const std::string type = part.type();
  if (type == "ByteLevel") return make_byte_level(part);
  if (type == "Split") return make_split(part);
  if (type == "Sequence") return make_sequence(part);
  part.refuse_type("ByteLevel, Split and Sequence");
}

}  // namespace specbridge
