#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace specbridge {

/// Writes a file of raw bytes that carries a checksum for every block of 1 MiB. Layout: 64-byte
/// header, payload, one XXH3-64 (seeded with the block's number) per block, 64-byte footer; all
/// little-endian.
class BlockWriter {
 public:
  /// @throws OutputError
  explicit BlockWriter(const std::filesystem::path& path);
  ~BlockWriter();
  BlockWriter(BlockWriter&&) noexcept;

  void write(std::string_view bytes);
  template <typename T>
  void write_values(std::span<const T> values) {
    write({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  }
  std::uint64_t size() const noexcept;  ///< payload bytes so far
  /// Writes the last block, table and footer. A file without it is refused by the reader.
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads such a file through a memory map. Every block is checked the first time it is touched.
/// Thread-safe.
class BlockFile {
 public:
  /// @throws ArtifactError when header, footer or length are wrong
  explicit BlockFile(const std::filesystem::path& path);
  ~BlockFile();
  BlockFile(BlockFile&&) noexcept;
  BlockFile& operator=(BlockFile&&) noexcept;

  /// Whether a file begins as one. @throws nothing: what cannot be read is none
  static bool is_one(const std::filesystem::path& path);

  const std::filesystem::path& path() const noexcept;
  std::uint64_t size() const noexcept;
  /// XXH3-64 of the checksums of all blocks: it differs between files of different content, and is
  /// known without reading them.
  std::uint64_t root() const noexcept;
  /// The bytes [offset, offset + length), checked; valid as long as the file object.
  /// @throws ArtifactError naming the file, and the block when a checksum does not hold
  std::string_view bytes(std::uint64_t offset, std::uint64_t length) const;
  template <typename T>
  std::span<const T> values(std::uint64_t first, std::uint64_t count) const {
    const auto raw = bytes(first * sizeof(T), count * sizeof(T));
    return {reinterpret_cast<const T*>(raw.data()), static_cast<std::size_t>(count)};
  }
  /// These bytes need no memory until they are asked for again: for who reads a large file once.
  void forget(std::uint64_t offset, std::uint64_t length) const noexcept;
  /// Checks every block. @throws ArtifactError
  void verify() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
