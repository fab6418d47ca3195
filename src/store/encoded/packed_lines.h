#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "store/block_file.h"

namespace specbridge {

/// Writes many short lines that are read one by one: kPackedLines at a time are compressed
/// together. A block file: zlib streams, one behind the other, then where each begins and the last
/// ends [blocks + 1] uint64.
class PackedLinesWriter {
 public:
  /// @throws OutputError
  explicit PackedLinesWriter(const std::filesystem::path& path);
  ~PackedLinesWriter();
  PackedLinesWriter(PackedLinesWriter&&) noexcept;

  /// @param line without a line feed
  void add(std::string_view line);
  /// A file without it is refused by the reader.
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

constexpr std::size_t kPackedLines = 64;

/// A line, and what it lies in.
struct PackedLine {
  std::string_view text;
  std::shared_ptr<const std::string> keeper;
};

/// Reads them. What was unpacked lately is kept for a while. Thread-safe.
class PackedLines {
 public:
  /// @throws ArtifactError when the file cannot hold so many lines
  PackedLines(BlockFile file, std::size_t lines);
  ~PackedLines();
  PackedLines(PackedLines&&) noexcept;

  const std::filesystem::path& path() const noexcept;
  /// @throws ArtifactError for a line that it has not, or a damaged one
  PackedLine line(std::size_t number) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
