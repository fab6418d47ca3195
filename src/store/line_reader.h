#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "store/byte_reader.h"

namespace specbridge {

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

/// The whole text of a small file, plain or gzip-compressed, or standard input for "-".
/// @throws InputError also for more than 16 MiB of text
std::string read_text(const std::filesystem::path& path);

}  // namespace specbridge
