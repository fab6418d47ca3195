#include "store/line_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "specbridge/error.h"
#include "store/file.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Position of the first LF or CR at or after `from`, or npos.
std::size_t find_line_end(const std::string& text, std::size_t from) {
  if (from >= text.size()) return std::string::npos;
  const char* begin = text.data() + from;
  const auto* feed = static_cast<const char*>(std::memchr(begin, '\n', text.size() - from));
  const std::size_t length =
      feed != nullptr ? static_cast<std::size_t>(feed - begin) : text.size() - from;
  const auto* carriage = static_cast<const char*>(std::memchr(begin, '\r', length));
  const char* end = carriage != nullptr ? carriage : feed;
  return end != nullptr ? static_cast<std::size_t>(end - text.data()) : std::string::npos;
}

}  // namespace

struct LineReader::Impl {
  Impl(ByteReader reader, std::size_t limit, LongLine policy)
      : bytes(std::move(reader)), max_line(limit), long_line(policy) {}

  ByteReader bytes;
  std::size_t max_line;
  LongLine long_line;
  std::string text;  ///< decoded bytes; [at, text.size()) not yet handed out
  std::size_t at = 0, line = 0;
  bool first = true, after_cr = false, cut = false;

  [[noreturn]] void fail(std::string_view problem) const {
    throw InputError({bytes.name(), line}, problem);
  }

  /// Drops what has been handed out and appends more; false at the end.
  bool refill() {
    text.erase(0, at);
    at = 0;
    return bytes.read(text, line);
  }

  void skip_byte_order_mark() {
    while (text.size() < kByteOrderMark.size() && refill()) {
    }
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
      fail("is UTF-16 text, expected UTF-8; save it as UTF-8");
    }
    if (text.starts_with(kByteOrderMark)) at = kByteOrderMark.size();
    first = false;
  }

  /// @param length of the line, or of as much of it as has been read
  void judge(std::size_t length) {
    if (length <= max_line) return;
    if (long_line == LongLine::refuse) {
      fail(fmt::format("line is longer than {} MiB; is this a text file?", max_line >> 20));
    }
    cut = true;
  }

  /// Where the line that starts at `at` ends, or npos at the end of the text.
  std::size_t line_end() {
    std::size_t from = at;
    while (true) {
      const std::size_t end = find_line_end(text, from);
      if (end != std::string::npos) return end;
      judge(text.size() - at);
      if (cut) text.resize(at + max_line);
      from = text.size() - at;
      if (!refill()) return std::string::npos;
    }
  }
};

LineReader::LineReader(const fs::path& path, std::size_t max_line)
    : LineReader(ByteReader(path), max_line, LongLine::refuse) {}

LineReader::LineReader(std::string text, std::string name)
    : LineReader(ByteReader(std::move(text), std::move(name)), kMaxLineBytes, LongLine::refuse) {}

LineReader::LineReader(ByteReader bytes, std::size_t max_line, LongLine long_line)
    : impl_(std::make_unique<Impl>(std::move(bytes), max_line, long_line)) {}

LineReader::~LineReader() = default;
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;

std::optional<std::string_view> LineReader::next() {
  Impl& in = *impl_;
  if (in.first) in.skip_byte_order_mark();
  if (in.after_cr) {  // the LF of a CRLF may only now have been read
    in.after_cr = false;
    if (in.at == in.text.size()) in.refill();
    if (in.at < in.text.size() && in.text[in.at] == '\n') ++in.at;
  }
  in.cut = false;
  std::size_t end = in.line_end();
  const bool last = end == std::string::npos;
  if (last) {
    end = in.text.size();
    if (in.at == end) return {};
  }
  in.judge(end - in.at);
  ++in.line;
  std::string_view line(in.text.data() + in.at, std::min(end - in.at, in.max_line));
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  in.after_cr = !last && in.text[end] == '\r';
  in.at = last ? end : end + 1;
  return line;
}

std::size_t LineReader::line() const noexcept {
  return impl_->line;
}

bool LineReader::cut() const noexcept {
  return impl_->cut;
}

const std::string& LineReader::name() const noexcept {
  return impl_->bytes.name();
}

double LineReader::fraction_read() const {
  return impl_->bytes.fraction_read();
}

std::string read_text(const fs::path& path) {
  constexpr std::size_t kMost = std::size_t{16} << 20;  // a small file may decompress to anything
  LineReader reader(path, kMost);
  std::string text;
  while (const auto line = reader.next()) {
    text += *line;
    text += '\n';
    if (text.size() > kMost) {
      throw InputError({reader.name(), 0},
                       fmt::format("holds more than {} bytes of text", with_thousands(kMost)));
    }
  }
  return text;
}

}  // namespace specbridge
