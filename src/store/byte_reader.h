#pragma once

#include <cstddef>
#include <filesystem>
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
  /// The path of a file that is not compressed; nothing of anything else.
  std::optional<std::filesystem::path> plain_file() const;
  /// How messages name the stream.
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
