#include "base/text.h"

#include <algorithm>
#include <array>

namespace specbridge {
namespace {

/// A character, and how many bytes of the text it takes.
struct Character {
  char32_t code = 0;
  std::size_t length = 1;
};

/// The UTF-8 character at `at`; the single byte there as Latin-1 where there is none (no overlong
/// form, no surrogate, nothing above U+10FFFF is one).
Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const char32_t lead = byte(0);
  const std::size_t length = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (length == 1 || length > text.size() - at) return {lead, 1};
  char32_t code = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {lead, 1};
    code = code << 6 | (byte(i) & 0x3f);
  }
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kSmallest[length] || surrogate || code > 0x10ffff) return {lead, 1};
  return {code, length};
}

struct Range {
  char32_t first, last;
};

// Controls, and the characters of the categories Cf, Zl and Zp and the non-characters of the
// Unicode Character Database that reorder or hide what stands beside them.
constexpr std::array<Range, 15> kUnprintable = {{{0x00, 0x1f},
                                                 {0x7f, 0x9f},
                                                 {0xad, 0xad},
                                                 {0x61c, 0x61c},
                                                 {0x180e, 0x180e},
                                                 {0x200b, 0x200f},
                                                 {0x2028, 0x202e},
                                                 {0x2060, 0x206f},
                                                 {0xfdd0, 0xfdef},
                                                 {0xfeff, 0xfeff},
                                                 {0xfff9, 0xfffb},
                                                 {0xfffe, 0xffff},
                                                 {0x1bca0, 0x1bca3},
                                                 {0x1d173, 0x1d17a},
                                                 {0xe0000, 0xe0fff}}};

bool is_printable(char32_t code) {
  if (code >= 0x20 && code < 0x7f) return true;
  return (code & 0xfffe) != 0xfffe && std::ranges::none_of(kUnprintable, [&](const Range& range) {
           return code >= range.first && code <= range.last;
         });
}

bool is_space(char32_t code) {
  return code == '\t' || code == '\r' || code == '\n';
}

void append_latin_1(char32_t code, std::string& line) {
  line += static_cast<char>(0xc0 | code >> 6);
  line += static_cast<char>(0x80 | (code & 0x3f));
}

}  // namespace

std::string one_line(std::string_view text, std::size_t limit) {
  std::string line;
  line.reserve(limit > 0 ? std::min(limit, text.size()) : text.size());
  std::size_t kept = 0;  // bytes of the line that leave room for "..."
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, length] = character_at(text, at);
    if (is_space(code)) {
      line += ' ';
    } else if (!is_printable(code)) {
      line += '?';
    } else if (length == 1 && code >= 0x80) {
      append_latin_1(code, line);
    } else {
      line += text.substr(at, length);
    }
    at += length;
    if (limit <= 3) continue;
    if (line.size() + 3 <= limit) kept = line.size();
    if (line.size() > limit) return line.substr(0, kept) + "...";
  }
  return line;
}

}  // namespace specbridge
