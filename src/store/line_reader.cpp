#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>

#include "specbridge/base/error.h"
#include "specbridge/store/file.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kChunk = 1 << 18;

}  // namespace

/// Bytes come from a file descriptor or from memory, pass through zlib when they start with gzip's
/// magic number, and are cut into lines. zlib's own gzFile is not used: it reports a truncated
/// member as a plain end of file.
struct LineReader::Impl {
  std::string name;
  std::size_t max_line = kMaxLineBytes;
  std::FILE* file = nullptr;
  std::string raw;  ///< bytes as stored, not yet decoded
  std::size_t raw_at = 0;
  std::uint64_t raw_total = 0, file_size = 0;
  bool raw_ended = false, compressed = false, member_open = false;
  z_stream zlib{};
  std::string text;  ///< decoded bytes; [at, text.size()) not yet handed out
  std::size_t at = 0, line = 0;
  bool first = true, after_cr = false;

  ~Impl() {
    if (compressed) inflateEnd(&zlib);
    if (file != nullptr && file != stdin) std::fclose(file);
  }

  [[noreturn]] void fail(std::string_view problem) const {
    throw InputError({name, line}, problem);
  }

  bool refill_raw() {
    if (raw_ended) return false;
    raw.erase(0, raw_at);
    raw_at = 0;
    if (file == nullptr) {
      raw_ended = true;
      return !raw.empty();
    }
    const std::size_t old = raw.size();
    raw.resize(old + kChunk);
    const std::size_t count = std::fread(raw.data() + old, 1, kChunk, file);
    if (count == 0 && std::ferror(file) != 0)
      fail(fmt::format("reading failed ({})", std::strerror(errno)));
    raw.resize(old + count);
    raw_total += count;
    raw_ended = count == 0;
    return count > 0;
  }

  void begin() {
    refill_raw();
    while (raw.size() < 4 && refill_raw()) {
    }
    compressed = raw.size() >= 2 && raw[0] == '\x1f' && raw[1] == '\x8b';
    if (compressed && inflateInit2(&zlib, 15 + 16) != Z_OK) throw std::bad_alloc();
    member_open = compressed;
  }

  /// Appends decoded bytes to `text`; false at the end.
  bool refill_text() {
    text.erase(0, at);
    at = 0;
    if (text.size() > max_line) {
      fail(fmt::format("line is longer than {} MiB; is this a text file?", max_line >> 20));
    }
    if (compressed) return inflate_some();
    if (raw_at == raw.size() && !refill_raw()) return false;
    text.append(raw, raw_at);
    raw_at = raw.size();
    return true;
  }

  /// Opens the member that follows; false at the end of the file. Zeros may fill it up, as on
  /// tapes.
  bool next_member() {
    while (raw_at == raw.size() || raw[raw_at] == '\0') {
      raw_at = std::min(raw.find_first_not_of('\0', raw_at), raw.size());
      if (raw_at == raw.size() && !refill_raw()) return false;
    }
    if (raw[raw_at] != '\x1f') fail("bytes after the end of the gzip stream");
    inflateReset(&zlib);
    member_open = true;
    return true;
  }

  bool inflate_some() {
    while (true) {
      if (!member_open && !next_member()) return false;
      if (raw_at == raw.size() && !refill_raw()) {
        fail("the gzip stream ends too early; the file is truncated, fetch it again");
      }
      std::array<char, kChunk> buffer;
      zlib.next_in = reinterpret_cast<Bytef*>(raw.data() + raw_at);
      zlib.avail_in = static_cast<uInt>(raw.size() - raw_at);
      zlib.next_out = reinterpret_cast<Bytef*>(buffer.data());
      zlib.avail_out = static_cast<uInt>(buffer.size());
      const int status = inflate(&zlib, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
        fail("the gzip stream is damaged; fetch the file again");
      }
      raw_at = raw.size() - zlib.avail_in;
      member_open = status != Z_STREAM_END;
      const std::size_t count = buffer.size() - zlib.avail_out;
      text.append(buffer.data(), count);
      if (count > 0) return true;
    }
  }

  void skip_byte_order_mark() {
    while (text.size() < 3 && refill_text()) {
    }
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
      fail("is UTF-16 text, expected UTF-8; save it as UTF-8");
    }
    if (text.starts_with("\xef\xbb\xbf")) at = 3;
    first = false;
  }

  /// Where the line that starts at `at` ends, or npos when more text is needed.
  std::size_t line_end() {
    std::size_t from = at;
    while (true) {
      const std::size_t end = text.find_first_of("\r\n", from);
      if (end != std::string::npos) return end;
      from = text.size() - at;
      if (!refill_text()) return std::string::npos;
    }
  }
};

LineReader::LineReader(const fs::path& path, std::size_t max_line)
    : impl_(std::make_unique<Impl>()) {
  impl_->max_line = max_line;
  if (path == "-") {
    impl_->name = "standard input";
    impl_->file = stdin;
  } else {
    impl_->name = path.string();
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) impl_->fail("is a directory, expected a file");
    impl_->file = std::fopen(path.c_str(), "rb");
    if (impl_->file == nullptr)
      impl_->fail(fmt::format("cannot be read ({})", std::strerror(errno)));
    impl_->file_size = fs::file_size(path, ignored);
    if (ignored) impl_->file_size = 0;
  }
  impl_->begin();
}

LineReader::LineReader(std::string text, std::string name) : impl_(std::make_unique<Impl>()) {
  impl_->name = std::move(name);
  impl_->raw = std::move(text);
  impl_->begin();
}

LineReader::~LineReader() = default;
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;

std::optional<std::string_view> LineReader::next() {
  Impl& in = *impl_;
  if (in.first) in.skip_byte_order_mark();
  if (in.after_cr) {  // the LF of a CRLF may only now have been read
    in.after_cr = false;
    if (in.at == in.text.size()) in.refill_text();
    if (in.at < in.text.size() && in.text[in.at] == '\n') ++in.at;
  }
  std::size_t end = in.line_end();
  const bool last = end == std::string::npos;
  if (last) {
    end = in.text.size();
    if (in.at == end) return {};
  }
  ++in.line;
  const std::string_view line(in.text.data() + in.at, end - in.at);
  in.after_cr = !last && in.text[end] == '\r';
  in.at = last ? end : end + 1;
  return line;
}

std::size_t LineReader::line() const noexcept {
  return impl_->line;
}

const std::string& LineReader::name() const noexcept {
  return impl_->name;
}

double LineReader::fraction_read() const {
  if (impl_->file_size == 0) return 0;
  return static_cast<double>(impl_->raw_total) / static_cast<double>(impl_->file_size);
}

std::string read_text(const fs::path& path) {
  // A JSON file may well be one line of some hundred megabytes.
  LineReader reader(path, std::numeric_limits<std::size_t>::max());
  std::string text;
  while (const auto line = reader.next()) {
    text += *line;
    text += '\n';
  }
  return text;
}

}  // namespace specbridge
