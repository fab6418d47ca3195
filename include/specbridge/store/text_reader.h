#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace specbridge {

/// Streams the bytes of a file, plain or gzip-compressed (told by content; concatenated gzip
/// members are one stream), or of standard input for "-". Memory: some hundred kilobytes.
class ByteReader {
 public:
  /// @throws InputError when the file is missing, unreadable or a directory
  explicit ByteReader(const std::filesystem::path& path);
  /// Reads from memory; `name` is used in messages.
  ByteReader(std::string bytes, std::string name);
  ~ByteReader();
  ByteReader(ByteReader&&) noexcept;
  ByteReader& operator=(ByteReader&&) noexcept;

  /// The next `wanted` decoded bytes (fewer at the end) without taking them; valid until the next
  /// call of any kind.
  /// @throws InputError for a damaged or truncated gzip stream
  std::string_view peek(std::size_t wanted);
  /// Appends some decoded bytes to `text`; false at the end. `line` is where the caller is in the
  /// text, for messages; 0: not known.
  /// @throws InputError for a damaged or truncated gzip stream
  bool read(std::string& text, std::size_t line = 0);
  /// How messages name the stream.
  const std::string& name() const noexcept;
  /// Share of the (compressed) bytes read so far, in [0, 1]; 0 when the size is not known.
  double fraction_read() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What becomes of a line above the limit.
enum class LongLine {
  refuse,  ///< InputError: such lines come from files that are no text
  cut,     ///< its beginning is handed out, and cut() says so
};

/// Reads text line by line. Line ends may be LF, CRLF or CR; a UTF-8 byte order mark at the start
/// of a line is dropped.
class LineReader {
 public:
  static constexpr std::size_t kMaxLineBytes = std::size_t{64} << 20;
  /// @throws InputError when the file is missing, unreadable or a directory
  explicit LineReader(const std::filesystem::path& path, std::size_t max_line = kMaxLineBytes);
  /// Reads from memory; `name` is used in messages.
  LineReader(std::string text, std::string name);
  /// Reads what `bytes` has not handed out yet.
  LineReader(ByteReader bytes, std::size_t max_line, LongLine long_line);
  ~LineReader();
  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;

  /// The next line without its end, valid until the next call; nothing at the end of the text.
  /// @throws InputError for UTF-16, a damaged or truncated gzip stream, or a line above the limit
  std::optional<std::string_view> next();
  /// 1-based number of the line that next() returned last.
  std::size_t line() const noexcept;
  /// Whether the line that next() returned last was longer than the limit and lost its end.
  bool cut() const noexcept;
  /// How messages name the text.
  const std::string& name() const noexcept;
  /// Share of the (compressed) bytes read so far, in [0, 1]; 0 when the size is not known.
  double fraction_read() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The bytes of a zlib stream; nothing when it is damaged, cut off or holds more than `limit`
/// bytes.
std::optional<std::string> inflate_zlib(std::string_view stream, std::size_t limit);

}  // namespace specbridge
