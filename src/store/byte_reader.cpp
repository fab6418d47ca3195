#include "store/byte_reader.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <new>

#include "specbridge/error.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kChunk = 1 << 18;

}  // namespace

/// Bytes come from a file descriptor or from memory and pass through zlib when they start with
/// gzip's magic number. zlib's own gzFile is not used: it reports a truncated member as a plain end
/// of file.
struct ByteReader::Impl {
  std::string name;
  std::FILE* file = nullptr;
  std::string raw;  ///< bytes as stored, not yet decoded
  std::size_t raw_at = 0;
  std::uint64_t raw_total = 0, file_size = 0;
  bool raw_ended = false, compressed = false, member_open = false;
  z_stream zlib{};
  std::string pending;  ///< decoded and looked at, not yet handed out
  std::size_t line = 0;

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

  /// Appends decoded bytes; false at the end.
  bool decode(std::string& text) {
    if (compressed) return inflate_some(text);
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

  bool inflate_some(std::string& text) {
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
};

ByteReader::ByteReader(const fs::path& path) : impl_(std::make_unique<Impl>()) {
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

ByteReader::ByteReader(std::string bytes, std::string name) : impl_(std::make_unique<Impl>()) {
  impl_->name = std::move(name);
  impl_->raw = std::move(bytes);
  impl_->begin();
}

ByteReader::~ByteReader() = default;
ByteReader::ByteReader(ByteReader&&) noexcept = default;
ByteReader& ByteReader::operator=(ByteReader&&) noexcept = default;

std::string_view ByteReader::peek(std::size_t wanted) {
  while (impl_->pending.size() < wanted && impl_->decode(impl_->pending)) {
  }
  return std::string_view(impl_->pending).substr(0, wanted);
}

bool ByteReader::read(std::string& text, std::size_t line) {
  impl_->line = line;
  if (impl_->pending.empty()) return impl_->decode(text);
  text += impl_->pending;
  impl_->pending = {};
  return true;
}

std::optional<fs::path> ByteReader::plain_file() const {
  const bool is_plain = impl_->file != nullptr && impl_->file != stdin && !impl_->compressed;
  if (!is_plain || !fs::is_regular_file(impl_->name)) return {};
  return impl_->name;
}

const std::string& ByteReader::name() const noexcept {
  return impl_->name;
}

double ByteReader::fraction_read() const {
  if (impl_->file_size == 0) return 0;
  // What was fetched, but not decoded yet, is not read.
  const auto decoded = impl_->raw_total - (impl_->raw.size() - impl_->raw_at);
  return static_cast<double>(decoded) / static_cast<double>(impl_->file_size);
}

std::optional<std::string> inflate_zlib(std::string_view stream, std::size_t limit) {
  z_stream zlib{};
  if (inflateInit(&zlib) != Z_OK) throw std::bad_alloc();
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(stream.data()));
  zlib.avail_in = static_cast<uInt>(stream.size());
  std::string bytes;
  std::array<char, kChunk> buffer;
  int status = Z_OK;
  while (status == Z_OK && bytes.size() <= limit) {
    zlib.next_out = reinterpret_cast<Bytef*>(buffer.data());
    zlib.avail_out = static_cast<uInt>(buffer.size());
    status = inflate(&zlib, Z_NO_FLUSH);
    bytes.append(buffer.data(), buffer.size() - zlib.avail_out);
  }
  inflateEnd(&zlib);
  if (status != Z_STREAM_END || bytes.size() > limit) return {};
  return bytes;
}

}  // namespace specbridge
